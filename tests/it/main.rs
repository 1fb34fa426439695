//! Integration tests: the library as a whole, over real sockets.

mod demo;
