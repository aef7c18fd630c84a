package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tessuto/internal/linkage"
)

// readCSV reads a file of the fixtures, by its header.
func readCSV(file string, row func(cell func(column string) string)) error {
	f, err := os.Open(filepath.Join(listFolder(), file))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[strings.TrimSpace(name)] = i
	}
	for _, cells := range rows[1:] {
		row(func(name string) string { return strings.TrimSpace(cells[column[name]]) })
	}
	return nil
}

// febrl reads FEBRL files with the columns that Splink's notebooks compare:
// both names, date of birth, soc_sec_id, street number, postcode.
func febrl(files ...string) (*linkage.Set, truth, error) {
	set, persons := linkage.NewSet(), truth{}
	for _, file := range files {
		err := readCSV(file, func(cell func(string) string) {
			r := linkage.Record{ID: cell("rec_id"), Given: cell("given_name"), Family: cell("surname"), Birth: day(cell("date_of_birth")),
				Address: cell("street_number"), Comune: cell("postcode")}
			if id := cell("soc_sec_id"); id != "" {
				r.Identifiers = []linkage.Identifier{{Scheme: "ssid", Value: id}}
			}
			set.Add(&r)
			persons = append(persons, strings.Split(r.ID, "-")[1])
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return set, persons, nil
}

// fake1000 reads the set of Splink's own tutorial: its e-mail stands where we
// have the phone, its city for the comune.
func fake1000() (*linkage.Set, truth, error) {
	set, persons := linkage.NewSet(), truth{}
	err := readCSV("fake_1000.csv", func(cell func(string) string) {
		set.Add(&linkage.Record{ID: cell("unique_id"), Given: cell("first_name"), Family: cell("surname"), Birth: day(cell("dob")),
			Comune: cell("city"), Phone: cell("email")})
		persons = append(persons, cell("cluster"))
	})
	return set, persons, err
}

func day(text string) (b linkage.Birth) {
	if n, err := strconv.Atoi(strings.ReplaceAll(text, "-", "")); err == nil && n > 9999999 {
		b = linkage.Birth{Year: n / 10000, Month: n / 100 % 100, Day: n % 100}
	}
	return b
}
