#!/usr/bin/env python3
"""Makes the fonts of assets/fonts from their originals. See assets/README.md for where those come from.

Usage: subset.py INTER_DIR JETBRAINS_DIR PHOSPHOR_DIR
"""

import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).parent / "fonts"

# Latin, Greek, Cyrillic, punctuation, currency, letterlike, arrows, mathematics, shapes, the two check marks.
TEXT = "U+0020-007E,U+00A0-024F,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2000-206F," \
       "U+2070-209F,U+20A0-20BF,U+2100-214F,U+2190-21FF,U+2200-22FF,U+2300-23FF,U+2500-25FF,U+26A0,U+2713,U+2717"

# As named at phosphoricons.com. `src/gui/theme/icon.rs` holds the same names.
ICONS = """
arrow-clockwise arrow-counter-clockwise arrow-right arrow-square-out arrows-left-right browser caret-down caret-right
caret-up check check-circle circle circle-half circle-notch clipboard-text clock clock-counter-clockwise copy eye
eye-slash fingerprint hard-drives hourglass info key keyboard link list-bullets lock magnifying-glass minus moon
pencil-simple play plus power prohibit question shield-check shield-warning sidebar-simple sign-in sign-out stop sun
timer trash triangle user-circle warning warning-circle x x-circle
""".split()
FILLED = "check-circle circle circle-half info play stop triangle warning warning-circle x-circle".split()


def write(font, name):
    font.save(OUT / name)
    print(f"{name}: {(OUT / name).stat().st_size} bytes")


def cut(path, unicodes, features):
    options = subset.Options()
    options.layout_features = features
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.hinting = True
    font = subset.load_font(path, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=unicodes)
    cutter.subset(font)
    return font


def tabular(path):
    """Digits of equal width in place of the usual ones: a number that counts down must not shiver."""
    font = TTFont(path)
    swaps = {}
    for record in font["GSUB"].table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                    table = getattr(table, "ExtSubTable", table)
                    swaps.update(getattr(table, "mapping", {}))
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if glyph in swaps:
                table.cmap[code] = swaps[glyph]
    changed = OUT / "swapped.tmp"
    font.save(changed)
    result = cut(changed, [*range(0x20, 0x7F), 0xA0, 0x2212, 0x2013, 0x2026, 0x00B7], ["kern"])
    changed.unlink()
    return result


def main(inter, jetbrains, phosphor):
    unicodes = subset.parse_unicodes(TEXT)
    for weight in ("Regular", "Medium", "SemiBold"):
        write(cut(inter / f"Inter-{weight}.otf", unicodes, ["kern", "mark", "mkmk", "ccmp", "locl"]), f"Inter-{weight}.otf")
    write(tabular(inter / "Inter-SemiBold.otf"), "Inter-SemiBold-Tabular.otf")
    # Without `calt`: `==` and `://` came over the wire as single characters and are shown so.
    write(cut(jetbrains / "JetBrainsMono-Regular.ttf", unicodes, ["mark", "mkmk", "ccmp", "locl"]), "JetBrainsMono-Regular.ttf")
    css = (phosphor / "regular" / "style.css").read_text()
    codes = dict(re.findall(r'\.ph-([a-z-]+):before \{\s*content: "\\([0-9a-f]+)"', css))
    write(cut(phosphor / "regular" / "Phosphor.ttf", [int(codes[name], 16) for name in ICONS], []), "Phosphor.ttf")
    write(cut(phosphor / "fill" / "Phosphor-Fill.ttf", [int(codes[name], 16) for name in FILLED], []), "Phosphor-Fill.ttf")
    for name in ICONS:
        print(f"{name} \\u{{{codes[name]}}}")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
