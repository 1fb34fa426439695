//! Parses the arguments and starts the window or the command line: the only place that exits.

fn main() {}
