"""Splink on DuckDB over the same records, for make bench-linkage: what a user who
knows Splink writes, trained by Splink itself, without knowing who is who.

usage: with_splink.py records.csv (rec_id,given,family,birth,sex,citizenship,phone,code,early,comune,address,person)
"""

import resource
import sys
import time

import duckdb
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

begun = time.time()
connection = duckdb.connect()
connection.execute("set threads to 2")
connection.execute(f"""create table records as select *, substr(birth, 1, 4) as year
    from read_csv('{sys.argv[1]}', all_varchar = true, nullstr = '')""")
api = DuckDBAPI(connection=connection)

settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="rec_id",
    comparisons=[
        cl.ForenameSurnameComparison("given", "family", jaro_winkler_thresholds=[0.92, 0.80]),
        cl.DateOfBirthComparison("birth", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.ExactMatch("citizenship").configure(term_frequency_adjustments=True),
        cl.ExactMatch("phone"),
        cl.LevenshteinAtThresholds("code", 1),
        cl.ExactMatch("early"),
        cl.ExactMatch("comune").configure(term_frequency_adjustments=True),
        cl.ExactMatch("address"),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("code"),
        block_on("early"),
        block_on("phone"),
        block_on("given", "birth"),
        block_on("family", "birth"),
        block_on("given", "family", "year"),
        block_on("given", "family", "comune"),
        block_on("substr(given, 1, 3)", "substr(family, 1, 3)", "birth"),
        block_on("comune", "birth"),
    ],
)
linker = Linker(api.register("records"), settings, log_level=40)
linker.training.estimate_probability_two_random_records_match([block_on("code"), block_on("given", "family", "birth")], recall=0.4)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in (block_on("code"), block_on("birth", "comune"), block_on("given", "family", "comune")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
trained = time.time() - begun
predicted = linker.inference.predict(threshold_match_probability=0.01)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
wall = time.time() - begun
used = resource.getrusage(resource.RUSAGE_SELF)


def figures(right, said, true):
    precision, recall = right / max(said, 1), right / true
    return f"precision {precision:.5f} recall {recall:.5f} F1 {2 * precision * recall / (precision + recall):.5f}"


def ask(sql):
    return connection.execute(sql).fetchone()


true = ask("select sum(n * (n - 1) / 2) from (select count(*) as n from records group by person)")[0]
pairs = f"""(select p.match_weight as w, p.match_probability as p, a.person = b.person as same from {predicted.physical_name} p
    join records a on a.rec_id = p.rec_id_l join records b on b.rec_id = p.rec_id_r)"""
right, said = ask(f"select count(*) filter (same), count(*) from {pairs} where p >= 0.5")
best = ask(f"""select max(2 * r / (s + {true})) from (select sum(same::int) over o as r, count(*) over o as s from {pairs} window o as (order by w desc))""")[0]
grouped = ask(f"""with g as (select c.cluster_id, r.person from {clusters.physical_name} c join records r using (rec_id))
    select (select sum(n * (n - 1) / 2) from (select count(*) as n from g group by cluster_id, person)),
           (select sum(n * (n - 1) / 2) from (select count(*) as n from g group by cluster_id))""")
print(f"Splink {splink.__version__}, DuckDB {duckdb.__version__}, 2 threads: "
      f"wall {wall:.1f} s (training {trained:.1f} s), processor {used.ru_utime + used.ru_stime:.1f} s, peak memory {used.ru_maxrss} kB")
print("pairs   ", figures(right, said, true), f"at probability 0.5, best F1 {best:.5f}")
print("clusters", figures(grouped[0], grouped[1], true), "at probability 0.95, connected components")
