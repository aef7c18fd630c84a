package linkage

// arabicSounds reads names of Arabic, Persian, Turkish, Kurdish and South Asian
// origin as they stand on papers of many countries: French writes ch for sh and
// ou for w, English sh and kh, Turkish c for j and t for a final d, Egypt g for
// j, Bengal j for z. The h is heard only at the beginning: elsewhere it comes
// and goes (Ibrahim, Ibraim).
var arabicSounds = say(
	[]string{"^ou/aeiou", "w"}, []string{"^w", "w"}, []string{"w", ""}, []string{"^v", "w", "b"}, []string{"v", "", "b", "f"},
	[]string{"^y/aeou", "y"}, []string{"^i/aou", "y"},
	[]string{"^h", "h", ""}, []string{"h", ""},
	[]string{"tsch", "s"}, []string{"tch", "s"}, []string{"tj", "j"}, []string{"th", "t", "s", "d"}, []string{"t$", "t", "d"},
	[]string{"sch", "s"}, []string{"sc/ei", "s"}, []string{"sh", "s"},
	[]string{"ch", "s", "k"}, []string{"ck", "k"}, []string{"c/eiy", "s", "j"}, []string{"c", "k", "j"},
	[]string{"kh", "k", "h"}, []string{"q", "k", "g"}, []string{"x", "ks", "k"},
	[]string{"gh", "g", "k"}, []string{"gi/aou", "j"}, []string{"g", "g", "j"},
	[]string{"dzh", "j"}, []string{"dj", "j"}, []string{"dg/ei", "j"}, []string{"dh", "d", "z"},
	[]string{"zh", "j", "z"}, []string{"z", "z", "d", "s", "j"}, []string{"^j", "j", "y"},
	[]string{"ph", "f", "b"}, []string{"p", "b"},
)

// slavicSounds reads names of Slavic origin by the transliterations in use: on
// English, French, German, Polish, Czech and Italian papers, from Russian,
// Ukrainian, Belarusian, Serbian or Bulgarian. The letter written g in Moscow is
// h in Kyiv (Bogdan, Bohdan); w is v, and so is a final ff.
var slavicSounds = say(
	[]string{"^y/aou", "y"}, []string{"^j/aou", "y"}, []string{"^i/aou", "y"}, []string{"j", ""},
	[]string{"w", "v"}, []string{"f", "v"},
	[]string{"schtsch", "c"}, []string{"shch", "c"}, []string{"chtch", "c"}, []string{"szcz", "c"}, []string{"stch", "c"},
	[]string{"sch", "s"}, []string{"sh", "s"}, []string{"sz", "s"},
	[]string{"tsch", "c"}, []string{"tch", "c"}, []string{"ts", "c"}, []string{"tz", "c"}, []string{"th", "t"},
	[]string{"cz", "c"}, []string{"ch", "c", "g", "s"}, []string{"ck", "k"}, []string{"c/eiy", "c"}, []string{"c$", "c", "k"}, []string{"c", "k"},
	[]string{"kh", "g"}, []string{"gh", "g"}, []string{"gu/ei", "g"}, []string{"h", "g"},
	[]string{"dzh", "z"}, []string{"zh", "z"}, []string{"rz", "z"}, []string{"q", "k"}, []string{"x", "ks"},
)
