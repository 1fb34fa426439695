//! `tokenscope secret-hash`, as scripts see it.

use crate::support::command::Home;

#[test]
fn the_hash_of_the_first_line_is_printed_and_nothing_else() {
    let home = Home::new();
    let file = home.file("secret.txt", "secret\nnot this\n");
    let ran = home
        .run(&["secret-hash", "--secret-file", &file.display().to_string()])
        .ends(0);
    assert_eq!(ran.out, "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=\n");
    assert_eq!(ran.err, "");
    assert!(!home.data_dir().exists(), "nothing is opened for it");
}

#[test]
fn as_json_it_has_a_name() {
    let home = Home::new();
    let file = home.file("secret.txt", "secret");
    let ran = home
        .run(&["secret-hash", "--json", "--secret-file", &file.display().to_string()])
        .ends(0);
    let expected = serde_json::json!({"application_secret_hash": "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="});
    assert_eq!(serde_json::from_str(&ran.out).ok(), Some(expected));
}

#[test]
fn a_file_without_a_secret_is_a_fault() {
    let home = Home::new();
    let file = home.file("empty.txt", "\n");
    let ran = home
        .run(&["secret-hash", "--secret-file", &file.display().to_string()])
        .ends(2);
    assert!(ran.err.contains("There is no secret in it"), "{}", ran.err);
    assert_eq!(ran.out, "");
}
