//! A QR code (ISO/IEC 18004): an address for the camera of another device.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::cache::{ComputerMut, FrameCache};
use egui::{Mesh, Pos2, Rect, Response, Sense, Ui, Vec2, WidgetInfo};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::gui::theme::{QR_DARK, QR_LIGHT};

/// Modules of light ground on each side, without which a camera finds nothing (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;

/// Encoding takes a while, and the same code is drawn at every frame.
#[derive(Default)]
struct Encoder;

impl ComputerMut<&str, Option<Arc<QrCode>>> for Encoder {
    fn compute(&mut self, address: &str) -> Option<Arc<QrCode>> {
        QrCode::encode_text(address, QrCodeEcc::Medium).ok().map(Arc::new)
    }
}

/// Shows `address` as a code at most `size` points wide, dark on light in every theme; its accessible name is the
/// address. None when the address is too long for any code.
pub fn qr_code(ui: &mut Ui, size: f32, address: &str) -> Option<Response> {
    let code = ui.memory_mut(|memory| {
        let cache = memory.caches.cache::<FrameCache<Option<Arc<QrCode>>, Encoder>>();
        cache.get(address).clone()
    })?;
    let modules = code.size() + 2 * QUIET;
    // A module is a whole number of pixels, or its edges blur.
    let scale = ui.pixels_per_point();
    let module = ((size * scale / modules as f32).floor() / scale).max(1.0 / scale);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(module * modules as f32), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, address));
    if ui.is_rect_visible(rect) {
        let corner = (rect.min.to_vec2() * scale).round() / scale;
        let square = |x: i32, y: i32, wide: i32| {
            let min = Pos2::ZERO + corner + Vec2::new(x as f32, y as f32) * module;
            Rect::from_min_size(min, Vec2::splat(module * wide as f32))
        };
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(square(0, 0, modules), QR_LIGHT);
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
                mesh.add_colored_rect(square(x + QUIET, y + QUIET, 1), QR_DARK);
            }
        }
        ui.painter().add(mesh);
    }
    Some(response)
}
