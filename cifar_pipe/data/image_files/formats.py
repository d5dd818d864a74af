"""Which files are images: their suffixes, and what the others are."""

from __future__ import annotations

from functools import cache

from PIL import Image

# What Pillow registers beside still pictures of 8 or 16 bits: what it draws with the help of
# another program or of Windows, what it only recognises, and measurements without a range.
_NO_PICTURES = {"EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG", "FITS", "IPTC"}
# It opens these as JPEG.
_PICTURES_IN_JPEG = {"MPO"}

_PHOTOGRAPHS = "photographs that Pillow does not read: convert them to JPEG"
_RAW = "raw photographs: develop them into JPEG or TIFF"
_VIDEOS = "videos: take single frames out of them"
_DRAWINGS = "drawings and documents: export them as PNG"
_NUMBERS = "arrays of numbers: save them as PNG or TIFF"
_ARCHIVES = "archives: unpack them"

_OTHERS = {
    ".heic .heif .hif .jxl .avif .avifs": _PHOTOGRAPHS,
    ".arw .cr2 .cr3 .dng .nef .orf .raf .raw .rw2": _RAW,
    ".avi .m4v .mkv .mov .mp4 .mpeg .mpg .webm .wmv": _VIDEOS,
    ".ai .emf .eps .pdf .ps .svg .wmf": _DRAWINGS,
    ".dcm .exr .fit .fits .h5 .hdf .hdr .mat .nii .npy .npz .pt": _NUMBERS,
    ".7z .gz .rar .tar .tgz .zip": _ARCHIVES,
}
_BY_SUFFIX = {suffix: words for suffixes, words in _OTHERS.items() for suffix in suffixes.split()}

# How files begin that are saved under an image's name.
_BEGINNINGS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file, as SVG drawings are"),
    (b"<svg", "an SVG drawing"),
    (b"version https://git-lfs", "a pointer of Git LFS: run git lfs pull"),
    (b"%pdf", "a PDF document"),
    (b"%!ps", "a PostScript drawing"),
    (b"pk\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{", "text"),
)
_IMAGES = (
    (b"\xff\xd8", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
# At byte 4 of what is built of ISO's boxes: the brand says which.
_BRANDS = (
    ((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "a HEIC photograph"),
    ((b"avif", b"avis"), "an AVIF image"),
    ((b"isom", b"iso2", b"mp41", b"mp42", b"qt  ", b"M4V "), "a video"),
)


@cache
def formats() -> tuple[str, ...]:
    """Pillow's names of the formats that are read, whatever a file is called."""
    Image.init()
    return tuple(sorted(set(Image.OPEN) - _NO_PICTURES))


@cache
def suffixes() -> tuple[str, ...]:
    """Of the files that are read as images, with the dot, in small letters."""
    Image.init()
    read = {*formats(), *_PICTURES_IN_JPEG}
    return tuple(sorted(one for one, of in Image.registered_extensions().items() if of in read))


def left_out(suffix: str) -> str | None:
    """What files of a suffix (`.heic`) that is not read are, and what to do; None if not known."""
    return _BY_SUFFIX.get(suffix.lower())


def kind_of(content: bytes) -> str:
    """In words, what a file is that cannot be opened as an image."""
    if not content:
        return "it is empty"
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for beginning, words in _BEGINNINGS:
        if start.startswith(beginning):
            return f"it is {words}, not an image"
    if content[4:8] == b"ftyp":
        for brands, words in _BRANDS:
            if content[8:12] in brands:
                return f"it is {words}, which Pillow does not read here"
    for beginning, words in _IMAGES:
        if content.startswith(beginning):
            return f"it begins as {words}, and is cut short or damaged"
    return "its content is not an image"
