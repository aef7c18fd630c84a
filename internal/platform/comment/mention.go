package comment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tessuto/internal/platform/policy"
)

// Part is a piece of a text: plain, or the name of somebody after an @.
type Part struct {
	Text      string
	AccountID string // of who is named; empty for plain text
}

// Parts splits a text at the names that stand in it after an @, of those who
// can be named. The longest name counts; a name that two people share names
// neither, and an @ inside a word is none.
func Parts(text string, people []policy.Actor) []Part {
	var out []Part
	plain := 0
	for at := 0; at < len(text); {
		if text[at] != '@' || !atWord(text[:at]) {
			at++
			continue
		}
		account, size := named(text[at+1:], people)
		if account == "" {
			at++
			continue
		}
		if plain < at {
			out = append(out, Part{Text: text[plain:at]})
		}
		at += 1 + size
		out = append(out, Part{Text: text[at-size-1 : at], AccountID: account})
		plain = at
	}
	if plain < len(text) {
		out = append(out, Part{Text: text[plain:]})
	}
	return out
}

// Mentions lists the accounts named in a text, each once.
func Mentions(text string, people []policy.Actor) (out []string) {
	for _, p := range Parts(text, people) {
		if p.AccountID != "" && !slices.Contains(out, p.AccountID) {
			out = append(out, p.AccountID)
		}
	}
	return out
}

// atWord tells whether a word can begin after what stands before.
func atWord(before string) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	return size == 0 || !wordy(r)
}

func wordy(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '_' || r == '@'
}

// named finds whose name a text begins with, and how many bytes it takes.
func named(text string, people []policy.Actor) (account string, size int) {
	for _, p := range people {
		n := begins(text, p.Name)
		switch {
		case n == 0 || n < size:
		case n == size && account != p.AccountID:
			account = "" // two of one name
		case n > size:
			account, size = p.AccountID, n
		}
	}
	return account, size
}

// begins returns how many bytes of text are the name, in whatever case; 0 when
// the text does not begin with it as a whole.
func begins(text, name string) int {
	name = strings.TrimSpace(name)
	if name == "" {
		return 0
	}
	size := 0
	for range utf8.RuneCountInString(name) {
		if size >= len(text) {
			return 0
		}
		_, n := utf8.DecodeRuneInString(text[size:])
		size += n
	}
	if !strings.EqualFold(text[:size], name) {
		return 0
	}
	if r, n := utf8.DecodeRuneInString(text[size:]); n > 0 && wordy(r) && r != '@' {
		return 0
	}
	return size
}
