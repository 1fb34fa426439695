//! Integration tests: the library as a whole, over real sockets.

mod demo;
mod store;
