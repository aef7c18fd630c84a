package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		slog.Error("write problem", "err", err)
	}
}
