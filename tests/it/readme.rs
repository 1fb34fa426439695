//! The README names the test that shows each thing: the names must be true.

use std::path::Path;

/// `peers/dpop::a_name` of each row.
fn named_tests(readme: &str) -> Vec<(&str, &str)> {
    readme
        .lines()
        .filter_map(|line| line.strip_suffix("` |")?.rsplit_once('`')?.1.split_once("::"))
        .collect()
}

#[test]
fn every_test_that_the_readme_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let tests = named_tests(&readme);
    assert!(tests.len() > 35, "{tests:?}");
    for (file, name) in tests {
        let path = root.join("tests").join(file).with_extension("rs");
        let code = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(code.contains(&format!("fn {name}(")), "there is no {file}::{name}");
    }
}
