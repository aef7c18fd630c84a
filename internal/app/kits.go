package app

import (
	"context"
	"slices"

	"tessuto/internal/platform/audit"
	"tessuto/internal/platform/codelist"
	"tessuto/internal/platform/comment"
	"tessuto/internal/platform/db"
	"tessuto/internal/platform/errs"
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/task"
	"tessuto/internal/platform/web"
)

// kits builds what every area uses beside its records, before the areas.
func (a *App) kits() {
	a.Tasks = task.New(a.DB, a.Keys, a.Audit, a.Auth)
	a.Tasks.Locate, a.Tasks.Name = a.locateTask, a.nameOf
	a.Codes = codelist.New(a.DB, a.Keys, a.Audit, a.Auth)
	a.Comments = comment.New(a.DB, a.Keys, a.Audit, a.Auth, a.Tasks)
	a.Comments.Locate = a.locate
}

// kitRoutes are the pages of the kits.
func (a *App) kitRoutes() []web.Route {
	return slices.Concat(a.Tasks.Routes(), a.Comments.Routes(), a.Codes.Routes())
}

// locate says where the page of a record is and whose key seals what is written
// beside it. Kinds that take neither tasks nor comments are NotFound.
func (a *App) locate(_ context.Context, _ *db.Tx, kind policy.Kind, id string) (path, keyOwner string, err error) {
	switch kind {
	case policy.Case:
		return "/cases/" + id, id, nil
	case policy.Body:
		return "/bodies/" + id, id, nil
	}
	return "", "", errs.Missing()
}

// locateTask is locate for tasks: a reminder may be about a person.
func (a *App) locateTask(ctx context.Context, tx *db.Tx, kind policy.Kind, id string) (path, keyOwner string, err error) {
	if kind == policy.Person {
		return "/people/" + id, id, nil
	}
	return a.locate(ctx, tx, kind, id)
}

// nameOf names records that are open to the actor, and says what was read for
// that.
func (a *App) nameOf(ctx context.Context, tx *db.Tx, kind policy.Kind, ids []string) (map[string]string, []audit.Entry, error) {
	switch kind {
	case policy.Case:
		return a.Cases.Names(ctx, tx, ids)
	case policy.Person:
		return a.People.Names(ctx, tx, ids)
	case policy.Body:
		names, err := a.Governance.Names(ctx, tx, ids)
		return names, nil, err
	}
	return nil, nil, nil
}
