package storage

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"sync"

	"tessuto/internal/platform/errs"
)

// maxPixels bounds an image: decoded, it takes up to four bytes for each.
const maxPixels = 50_000_000

// drawing lets one image be written anew at a time, so that many uploads do not
// take much memory together.
var drawing sync.Mutex

// redraw writes an image anew: what stands beside its pixels, such as where and
// when it was taken, is left behind. Only how it was held is followed first.
func redraw(mediaType string, content io.Reader) (*bytes.Buffer, error) {
	drawing.Lock()
	defer drawing.Unlock()
	raw, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	broken := errs.New(errs.Invalid, "file.image.broken")
	decode, size := png.Decode, png.DecodeConfig
	if mediaType == "image/jpeg" {
		decode, size = jpeg.Decode, jpeg.DecodeConfig
	}
	c, err := size(bytes.NewReader(raw))
	if err != nil {
		return nil, broken
	}
	if c.Width*c.Height > maxPixels {
		return nil, errs.New(errs.Invalid, "file.image.large")
	}
	img, err := decode(bytes.NewReader(raw))
	if err != nil {
		return nil, broken
	}
	out := new(bytes.Buffer)
	if mediaType == "image/jpeg" {
		if held := orientation(raw); held > 1 {
			img = turned{img, held}
		}
		return out, jpeg.Encode(out, img, &jpeg.Options{Quality: 90})
	}
	return out, png.Encode(out, img)
}

// turned is an image as its orientation (Exif 2.32, tag 0x0112) says it is to be
// seen: 1 as it is, 3 upside down, 6 and 8 on a side, the others mirrored.
type turned struct {
	image.Image
	held int
}

// Bounds are those of the image upright.
func (t turned) Bounds() image.Rectangle {
	size := t.Image.Bounds().Size()
	if t.held >= 5 {
		size.X, size.Y = size.Y, size.X
	}
	return image.Rectangle{Max: size}
}

// At returns the colour of a place of the image upright.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	w, h := b.Dx()-1, b.Dy()-1
	switch t.held {
	case 2:
		x = w - x
	case 3:
		x, y = w-x, h-y
	case 4:
		y = h - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x
	case 7:
		x, y = w-y, h-x
	case 8:
		x, y = w-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}

// orientation reads how the camera was held from the Exif part of a JPEG; 1 when
// it does not say.
func orientation(jpg []byte) int {
	for at := 2; at+4 <= len(jpg) && jpg[at] == 0xff; {
		marker, length := jpg[at+1], int(binary.BigEndian.Uint16(jpg[at+2:]))
		if marker == 0xda || length < 2 || at+2+length > len(jpg) {
			break
		}
		if part, ok := bytes.CutPrefix(jpg[at+4:at+2+length], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return heldIn(part)
		}
		at += 2 + length
	}
	return 1
}

// heldIn reads the tag from the first directory of a TIFF header.
func heldIn(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[start+2:]
	for range order.Uint16(tiff[start:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == 0x0112 {
			if held := int(order.Uint16(entries[8:])); held >= 1 && held <= 8 {
				return held
			}
			break
		}
		entries = entries[12:]
	}
	return 1
}
