//! Integration tests: the library as a whole, over real sockets.

mod cli;
mod connection;
mod demo;
mod engine;
mod http;
mod listener;
mod runner;
mod secrets;
mod store;
mod support;
mod tls;
mod transport;
