package look

import (
	"fmt"
	"testing"

	"tessuto/internal/app/apptest"
	"tessuto/internal/platform/i18n"
	"tessuto/test/browser"
)

// Every component, in Italian and in Arabic, in both frames, light and dark:
// nothing to scroll sideways at 320 pixels, which is also 400 % of 1280, none at
// 200 % of the text alone, nothing that axe finds, nothing the policy refuses.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	base := apptest.Serve(t, apptest.Demo(t, "sqlite"))
	for _, lang := range []string{"it", "ar"} {
		for _, frame := range []string{"", "?frame=staff"} {
			t.Run(lang+frame, func(t *testing.T) {
				t.Parallel()
				p := browser.Start(t).NewPage(t, 1280, 900, lang)
				p.Goto(base + "/" + lang + "/catalogue" + frame)
				if dir := p.Attr("html", "dir"); dir != i18n.DirOf(lang) {
					t.Errorf("%s is written %s", lang, dir)
				}
				for _, z := range []struct {
					width, height int
					factor        float64
				}{{1280, 900, 1}, {1280, 1024, 4}, {320, 640, 1}} {
					p.Zoom(z.width, z.height, z.factor)
					for _, dark := range []bool{false, true} {
						p.Dark(dark)
						p.Overflow(t)
						if z.width == 320 {
							continue // the same page as at 400 %
						}
						p.Axe(t)
						if z.factor == 1 {
							p.Screenshot(t, fmt.Sprintf("catalogue-%s%.7s-%d-dark-%v", lang, frame, z.width, dark))
						}
					}
				}
				p.Zoom(1280, 900, 1)
				p.Eval(`document.documentElement.style.fontSize = '200%'; 'done'`)
				p.Overflow(t)
			})
		}
	}
}
