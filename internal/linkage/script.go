package linkage

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
)

// latin writes a text in small Latin letters without marks: a to z, and spaces
// for whatever is no letter. Arabic script and Cyrillic have
// tables of their own, because their letters say more of the sound than a
// general transliteration keeps.
func latin(text string) string {
	var b strings.Builder
	for rest := []rune(strings.ToLower(text)); len(rest) > 0; {
		n := 1
		switch r := rest[0]; {
		case r < unicode.MaxASCII:
			b.WriteByte(byte(r))
		case isArabic(r):
			for n < len(rest) && (isArabic(rest[n]) || unicode.Is(unicode.Mn, rest[n])) {
				n++
			}
			b.WriteString(arabicLatin(rest[:n]))
		case unicode.Is(unicode.Han, r):
			b.WriteString(strings.TrimSpace(unidecode.Unidecode(string(r)))) // a syllable for each: a word without spaces
		default:
			out, ok := letters[r]
			if !ok {
				out = unidecode.Unidecode(string(r))
			}
			b.WriteString(out)
		}
		rest = rest[n:]
	}
	return strings.Map(plainLetter, strings.ToLower(b.String()))
}

// plainLetter keeps a to z, drops apostrophes, and makes room of all else.
func plainLetter(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r
	case r == '\'' || r == '`':
		return -1
	}
	return ' '
}

// letters are those whose sound a general transliteration loses: marks that
// make another consonant of a Latin letter, and Cyrillic.
var letters = map[rune]string{
	'š': "sh", 'ş': "sh", 'ș': "sh", 'ś': "s", 'č': "ch", 'ć': "c", 'ž': "zh", 'ż': "z", 'ź': "z", 'ḫ': "kh", 'ġ': "gh", 'ğ': "gh", 'ʿ': "", 'ʾ': "",
	'ʻ': "", 'ʼ': "", '’': "", '‘': "", 'ə': "e", 'ı': "i", 'đ': "d", 'ł': "l",

	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "yo", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'ї': "yi",
	'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ў': "w", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'ј': "y", 'љ': "ly", 'њ': "ny", 'ћ': "ch", 'ђ': "dj", 'џ': "dzh", 'ѓ': "gj", 'ќ': "kj", 'ѕ': "dz",
	'ғ': "gh", 'қ': "q", 'ң': "n", 'ө': "o", 'ү': "u", 'ұ': "u", 'һ': "h", 'ҳ': "h", 'ҷ': "j", 'ӣ': "i", 'ӯ': "u",
}

func isArabic(r rune) bool { return r >= 0x0621 && r <= 0x06d5 && unicode.IsLetter(r) }

// arabicLetters writes the letters of Arabic, Persian and Urdu. Alif, waw and
// ya are not here: what they are depends on where they stand.
var arabicLetters = map[rune]string{
	'ب': "b", 'پ': "p", 'ت': "t", 'ٹ': "t", 'ث': "th", 'ج': "j", 'چ': "ch", 'ح': "h", 'خ': "kh", 'د': "d", 'ڈ': "d", 'ذ': "dh", 'ر': "r", 'ڑ': "r",
	'ز': "z", 'ژ': "zh", 'س': "s", 'ش': "sh", 'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'غ': "gh", 'ف': "f", 'ڤ': "v", 'ق': "q", 'ك': "k", 'ک': "k",
	'گ': "g", 'ڭ': "g", 'ل': "l", 'م': "m", 'ن': "n", 'ں': "n", 'ه': "h", 'ہ': "h", 'ھ': "h",
	'ع': "a", 'ا': "a", 'أ': "a", 'إ': "i", 'آ': "a", 'ٱ': "a", 'ء': "", 'ؤ': "u", 'ئ': "i", 'ة': "a", 'ۃ': "a", 'ى': "a", 'ے': "e", 'ـ': "",
	0x064e: "a", 0x064f: "u", 0x0650: "i",
}

// whole are words whose short vowels everybody knows.
var whole = map[string]string{"عبد": "abd", "الله": "allah", "محمد": "mohamed", "أحمد": "ahmed", "احمد": "ahmed", "بن": "ben", "ابن": "ibn", "بنت": "bint"}

// arabicLatin writes one word of Arabic script. Short vowels are rarely
// written: an a stands for each, so that two letters side by side are not
// read as one sound (سهيل is sahil, not shil).
func arabicLatin(word []rune) string {
	var b strings.Builder
	if text := string(word); len(word) > 3 && strings.HasPrefix(text, "عبد") {
		return "abd " + arabicLatin(word[3:])
	} else if full := whole[text]; full != "" {
		return full
	}
	if len(word) > 4 && word[0] == 'ا' && word[1] == 'ل' {
		b.WriteString("al ")
		word = word[2:]
	}
	for i, r := range word {
		out := arabicLetters[r]
		switch {
		case r == 'ت' && i+1 < len(word) && word[i+1] == 'ش': // how Arabic writes the ch of other languages
			out = "tch"
		case r == 'ش' && i > 0 && word[i-1] == 'ت':
			out = ""
		case isWaw(r):
			out = glide(word, i, "w", "u")
		case isYa(r):
			out = glide(word, i, "y", "i")
		}
		b.WriteString(out)
		if i+1 < len(word) && out != "" && out != "tch" && !isVowel(out[len(out)-1]) && !opens(word[i+1]) {
			b.WriteByte('a')
		}
	}
	return b.String()
}

func isWaw(r rune) bool { return r == 'و' || r == 'ۇ' || r == 'ۆ' }
func isYa(r rune) bool  { return r == 'ي' || r == 'ی' || r == 'ې' }

// opens tells whether a letter is read as a vowel after a consonant.
func opens(r rune) bool {
	out, known := arabicLetters[r]
	return isWaw(r) || isYa(r) || !known || out == "" || isVowel(out[0])
}

// glide reads waw or ya: a consonant at the beginning and before alif, a long
// vowel elsewhere.
func glide(word []rune, i int, consonant, vowel string) string {
	if i == 0 || i+1 < len(word) && (word[i+1] == 'ا' || word[i+1] == 'ة' || word[i+1] == 'ى') {
		return consonant
	}
	return vowel
}

func isVowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }
