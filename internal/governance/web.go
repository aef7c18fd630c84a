package governance

import (
	"tessuto/internal/platform/policy"
	"tessuto/internal/platform/web"
)

// Routes lists the pages of the area. Which bodies one may know of, and in which
// one works, the use cases ask: to everybody else they do not exist.
func (m *Module) Routes() []web.Route {
	of := func(method, pattern string, p policy.Permission, h web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: p, Handler: h}
	}
	return []web.Route{
		of("GET", "/bodies", policy.GovernanceRead, m.getBodies),
		of("GET", "/programmes/{code}/bodies/new", policy.BodyManage, m.getNewBody),
		of("POST", "/programmes/{code}/bodies", policy.BodyManage, m.postBody),
		of("GET", "/bodies/{id}", policy.GovernanceRead, m.getBody),
		of("GET", "/bodies/{id}/members", policy.BodyManage, m.getMembers),
		of("POST", "/bodies/{id}/members", policy.BodyManage, m.postMember),
		of("POST", "/bodies/{id}/members/{member}/end", policy.BodyManage, m.postMemberEnd),
		of("GET", "/bodies/{id}/meetings/new", policy.MeetingWork, m.getConvene),
		of("POST", "/bodies/{id}/meetings", policy.MeetingWork, m.postConvene),
		of("GET", "/meetings", policy.MeetingWork, m.getMeetings),
		of("GET", "/meetings/{id}", policy.GovernanceRead, m.getMeeting),
		of("GET", "/meetings/{id}/calendar", policy.GovernanceRead, m.getCalendar),
		of("GET", "/meetings/{id}/change", policy.MeetingWork, m.getChange),
		of("POST", "/meetings/{id}", policy.MeetingWork, m.postChange),
		of("POST", "/meetings/{id}/cancel", policy.MeetingWork, m.postCancel),
		of("POST", "/meetings/{id}/annul", policy.MeetingWork, m.postAnnul),
		of("GET", "/meetings/{id}/presence", policy.MeetingWork, m.getPresence),
		of("POST", "/meetings/{id}/presence", policy.MeetingWork, m.postPresence),
		of("POST", "/meetings/{id}/guests", policy.MeetingWork, m.postGuest),
		of("GET", "/meetings/{id}/minutes", policy.MeetingWork, m.getMinutes),
		of("POST", "/meetings/{id}/minutes", policy.MeetingWork, m.postMinutes),
	}
}
