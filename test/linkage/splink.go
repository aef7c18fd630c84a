package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"tessuto/internal/linkage"
)

// beside runs Splink over the same population, where Python has it. PYTHON names
// another Python than python3.
func (p *population) beside(n int) error {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import splink, duckdb").Run(); err != nil {
		fmt.Printf("Splink: %s has no splink, so it was not run beside\n", python)
		return nil
	}
	folder, err := os.MkdirTemp("", "linkage")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "records.csv")
	if err := p.write(file, n); err != nil {
		return err
	}
	run := exec.Command(python, filepath.Join("test", "linkage", "with_splink.py"), file)
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	return run.Run()
}

// write puts the population into a table that Splink reads.
func (p *population) write(file string, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	rows := [][]string{{"rec_id", "given", "family", "birth", "sex", "citizenship", "phone", "code", "early", "comune", "address", "person"}}
	p.each(n, func(who int, r *linkage.Record) {
		code := map[string]string{}
		for _, id := range r.Identifiers {
			code[id.Scheme] = id.Value
		}
		birth := ""
		if r.Birth.Year != 0 {
			birth = fmt.Sprintf("%04d-%02d-%02d", r.Birth.Year, r.Birth.Month, r.Birth.Day)
		}
		rows = append(rows, []string{r.ID, r.Given, r.Family, birth, r.Sex, r.Citizenship, r.Phone, code["cf"], code["cf-provisional"],
			r.Comune, r.Address, fmt.Sprint(who)})
	})
	return w.WriteAll(rows)
}
