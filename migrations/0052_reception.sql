-- That a family is in reception, and when it leaves. Days stand in the clear: lists go by
-- them. Which centre it is says where the family lives: it is sealed with who hands over,
-- under the key of the case.
create table case_reception (
    network_id text        not null,
    case_id    text        not null,
    exit_on    date, -- expected; null while nobody knows
    handed_on  date, -- the body that runs it has handed the family over
    sealed     bytea       not null,
    saved_by   text        not null,
    saved_at   timestamptz not null,
    version    integer     not null,
    primary key (network_id, case_id)
);

-- The reviews of a plan were looked for in those of all plans.
create index plan_review_plan on plan_review (network_id, plan_id, held_on);
