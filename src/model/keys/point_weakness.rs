//! Points that are no public key: not on the curve, at infinity, or of a small order.

use super::curve::Curve;
use super::finding::Finding;

/// Points of Ed25519 whose order divides 8, and the other ways to write them, without the sign of `x`: of each of them
/// anybody knows a signature (RFC 8032 §8.8 lets a verifier pass them; Brendel et al., “The Provable Security of
/// Ed25519”, table 6).
const LOW_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    near_prime(0xec),
    near_prime(0xed),
    near_prime(0xee),
];

/// 2^255 - 19 and its neighbours.
const fn near_prime(first: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = first;
    bytes[31] = 0x7f;
    bytes
}

/// What makes an Ed25519 key worth nothing.
pub(super) fn ed25519(x: &[u8]) -> Option<Finding> {
    let mut bytes: [u8; 32] = x.try_into().ok()?;
    bytes[31] &= 0x7f;
    LOW_ORDER.contains(&bytes).then(|| {
        Finding::new(
            "low_order_point",
            "is a point of low order: one signature fits many messages, and anybody can write it",
            "RFC 8032 §8.8",
        )
    })
}

/// What is wrong with a point that the library does not take, though it has the right length.
pub(super) fn not_on_curve(curve: Curve, point: &[u8]) -> Finding {
    let coordinates = point.get(1..).unwrap_or_default();
    if coordinates.iter().all(|byte| *byte == 0) {
        return Finding::new(
            "point_at_infinity",
            "is the point at infinity, which is no public key",
            "SEC 1 §3.2.2.1",
        );
    }
    Finding::new(
        "point_off_curve",
        format!(
            "is no point on {}: whoever works with it can lose his own key",
            curve.as_str()
        ),
        "SEC 1 §3.2.2.1",
    )
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[test]
    fn each_point_of_low_order_passes_a_signature_that_nobody_made() {
        // R is the neutral element and S is 0: that fits wherever the hash is a multiple of the point's order.
        let mut signature = [0_u8; 64];
        signature[0] = 1;
        let mut proven = 0;
        for point in LOW_ORDER {
            assert!(ed25519(&point).is_some());
            let key = UnparsedPublicKey::new(&ED25519, point);
            proven += usize::from((0_u8..200).any(|message| key.verify(&[message], &signature).is_ok()));
        }
        // The library refuses some that are written in another way than they must be.
        assert!(proven >= 5, "{proven}");
        assert!(ed25519(&[9; 32]).is_none() && ed25519(&[]).is_none());
    }
}
