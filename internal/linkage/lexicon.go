package linkage

import "strings"

// particles stand in many names and hardly tell them apart: articles, words of
// kinship and of service to God.
var particles = set(`al el ul as ash es esh ad ed ud ar er ur an en at et az ez abd abdel abdul abdal abdol abdoul abder abdur abdu abou abu bou bu ben bin ibn bint bent ould
	wald um umm din eddine uddin ullah allah da de del della delle dei degli di do dos la le lo los las du van von der den ter mc mac`)

// shortened are words that papers shorten.
var shortened = pairs(`md mohamed  mohd mohamed  mhd mohamed  muhd mohamed  mohmd mohamed  moh mohamed  sk sheikh`)

// equivalent names are one name in two languages of those who carry it, and no
// key brings them together: who was Nikolai on a Soviet paper is Mykola on a
// Ukrainian one. Names that several keys already join are not listed.
var equivalent = firstOfLine(`abd abdel abdul abdal abdol abdoul abder abdur abdu abed
	abu abou bu bou
	anna hanna ganna
	nikolai nikolay nikolaj mykola mikola
	nikita mykyta mikita
	fedor fyodor fiodor fedir theodor
	evdokia yevdokia yavdokha
	iosif osip yosyp josyp yosip
	egor yegor yehor georgy georgii heorhii
	efim yefim yukhym
	fatima fatoumata fatou fatimata
	aisha aissatou aissata
	mohamed mehmet mamadou`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

func pairs(text string) map[string]string {
	out, words := map[string]string{}, strings.Fields(text)
	for i := 0; i+1 < len(words); i += 2 {
		out[words[i]] = words[i+1]
	}
	return out
}

// firstOfLine maps each word of a line to the first.
func firstOfLine(lines string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		for _, w := range words {
			out[w] = words[0]
		}
	}
	return out
}
