//! The pages of a device login: type the code, and read how it ended (RFC 8628 §3.3).

use axum::response::Response;

use super::super::tenant::ClientFacts;
use super::{erp_net, escape};

/// The page that asks for the code that the device shows. With `rejected` it says that this one is not good.
pub(in crate::demo) fn device(user_code: &str, rejected: bool, nonce: &str) -> Response {
    let (alert, described, title) = if rejected {
        (
            "<div class=\"alert\" role=\"alert\" id=\"alert\"><span aria-hidden=\"true\">✕</span>\
             <span>No device waits with this code. Check it, or start again on the device.</span></div>",
            " aria-invalid=\"true\" aria-describedby=\"alert\"",
            "Unknown code",
        )
    } else {
        ("", "", "Connect a device")
    };
    let content = format!(
        "<h1>Connect a device</h1><p class=\"muted\">Type the code that the device shows</p>{alert}\
         <form method=\"post\" action=\"/id/device\"><label for=\"user_code\">Code</label>\
         <input id=\"user_code\" name=\"user_code\" value=\"{}\" autocomplete=\"off\" autocapitalize=\"characters\" \
         spellcheck=\"false\" required autofocus{described}>\
         <button class=\"primary sign-in\">Continue</button></form>",
        escape(user_code),
    );
    page(title, content, nonce)
}

/// The page after the decision.
pub(in crate::demo) fn device_done(client: &ClientFacts, allowed: bool, nonce: &str) -> Response {
    let (title, text) = if allowed {
        ("The device is connected", "It gets its tokens the next time it asks")
    } else {
        ("The device stays out", "It is told so the next time it asks")
    };
    let content = format!(
        "<h1>{title}</h1><p class=\"muted\"><strong>{}</strong> on the device. {text}. You can close this page.</p>",
        escape(client.name),
    );
    page(title, content, nonce)
}

fn page(title: &str, content: String, nonce: &str) -> Response {
    erp_net(
        title,
        content,
        nonce,
        format!("{title}: a page for a person with a device"),
    )
}
