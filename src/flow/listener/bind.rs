//! Sockets on the loopback addresses.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::model::redirect::LoopbackHost;

/// How often another port is tried when the free one of IPv4 is taken on IPv6.
const PORT_ATTEMPTS: usize = 8;

/// Binds the addresses of a host: both loopback addresses for `localhost`, because a browser may try either, and a port
/// that another program has on one of them would get the code.
pub(super) async fn bind(host: LoopbackHost, port: u16) -> io::Result<Vec<TcpListener>> {
    match host {
        LoopbackHost::V4 => Ok(vec![bind_one(Ipv4Addr::LOCALHOST.into(), port).await?]),
        LoopbackHost::V6 => Ok(vec![bind_one(Ipv6Addr::LOCALHOST.into(), port).await?]),
        LoopbackHost::Localhost => bind_both(port).await,
    }
}

async fn bind_one(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(ip, port)).await
}

async fn bind_both(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let v4 = bind_one(Ipv4Addr::LOCALHOST.into(), port).await?;
        match bind_one(Ipv6Addr::LOCALHOST.into(), v4.local_addr()?.port()).await {
            Ok(v6) => return Ok(vec![v4, v6]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if port != 0 || attempt == PORT_ATTEMPTS {
                    return Err(error);
                }
            }
            // A machine without IPv6: then no browser tries it either.
            Err(_) => return Ok(vec![v4]),
        }
    }
}
