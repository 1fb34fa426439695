//! Integration tests: the library as a whole, over real sockets.

mod before_login;
mod catalogue;
mod checklist;
mod cli;
mod connection;
mod demo;
mod discovery;
mod endpoints;
mod engine;
mod grants;
mod http;
mod inspect;
mod inspect_command;
mod key_cache;
mod listener;
mod readme;
mod runner;
mod secret_hash;
mod secrets;
mod store;
mod support;
mod systems;
mod tls;
mod transport;
mod walkthrough;
