"""Published conflicts and games: what their authors found, and an independent solver of games.

Facts only. Where a page was read, it is given; where it was not, that is said. `docs/theory/published-cases.md` lists what was held
against what.
"""

from itertools import permutations

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import (
    Coalitions,
    Goal,
    GraphModel,
    Option,
    coalesced,
    least_changes,
    prioritised,
    ranking,
    solve,
    solve_named,
)
from ceasefire.testing.by_definition import as_test, graph_of, is_equilibrium, is_stable
from ceasefire.testing.games import pure_equilibria, random_game


def best_first(orders):
    """Ranks from published orders of states 1, 2, ..., most preferred first."""
    return np.stack([ranking([[s - 1] for s in order], len(order)) for order in orders])


def equilibria(model, concept):
    return [k + 1 for k in np.flatnonzero(solve_named(model, [concept]).equilibria[concept])]


FIVE = ("Nash", "GMR", "SMR", "SEQ", "SIM")
"""Rows 1, 2, 6, 3 and 4 of `test_data/*_logSol.txt` of gmcr-py; row 5 is SEQ or SIM."""


TWO_BY_TWO = [Option("A defects", (0,)), Option("B defects", (1,))]


@pytest.mark.parametrize(
    ("name", "orders", "nash", "sequential", "general"),
    [
        # Ordinal 2 x 2 games by their textbook payoffs (Rapoport and Guyer 1966, General Systems 11, 203-214: numbers 12, 66, 61;
        # page not verified).
        # States: 1 neither defects, 2 only A, 3 only B, 4 both.
        ("prisoner's dilemma", [[2, 1, 4, 3], [3, 1, 4, 2]], [4], [1, 4], [1, 4]),
        ("chicken", [[2, 1, 3, 4], [3, 1, 2, 4]], [2, 3], [2, 3], [1, 2, 3]),
        ("stag hunt", [[1, 2, 4, 3], [1, 3, 4, 2]], [1, 4], [1, 4], [1, 4]),
    ],
)
def test_games_of_two(name, orders, nash, sequential, general):
    model = GraphModel.from_options(["A", "B"], TWO_BY_TWO, preference=best_first(orders))
    assert equilibria(model, "Nash") == nash, name
    assert equilibria(model, "SEQ") == sequential, name
    assert equilibria(model, "GMR") == general, name


def test_prisoners_dilemma_as_it_comes_with_gmcr():
    """Statements of Examples/Prisoners.gmcr, equilibria of test_data/Prisoners_logSol.txt of gmcr-py 0.4.1, read 2026-11-25."""
    options = [Option("cooperate with 2", (0,)), Option("cooperate with one", (1,))]
    bare = GraphModel.from_options(["Prisoner One", "prisoner 2"], options)
    takes = {sign: [Pattern.from_text(text, "Y", "N")] for sign, text in (("1", "Y-"), ("2", "-Y"), ("-1", "N-"), ("-2", "-N"))}
    rows = [[takes["2"], takes["-1"]], [takes["1"], takes["-2"]]]
    model = bare.with_preference(np.stack([prioritised(bare.states, row) for row in rows]))
    assert [equilibria(model, concept) for concept in FIVE] == [[1], [1, 4], [1, 4], [1, 4], [1, 4]]


def elmira():
    """Groundwater of Elmira, Ontario, 1991: nine states, where all in which Uniroyal abandons its plant count as one.

    Options, states, rankings and results as in Hipel, Fang, Kilgour and Haight (1993), IEEE Int. Conf. on Systems, Man and
    Cybernetics, vol. 1, 153-158, and Kilgour, Hipel, Fang and Peng (2001), Group Decision and Negotiation 10, 159-175 (pages not
    verified). The options, their directions, what is infeasible, and the rankings of the ministry and the local government are
    also those of the model that comes with GMCR+ (Examples/Elmira.gmcr of gmcr-py 0.4.1, read 2026-11-24); its Uniroyal ranks the
    states 2, 3, 7, 6 in another order below state 9.
    """
    parties = ["Ministry of the Environment", "Uniroyal", "Local government"]
    options = [
        Option("modify", (0,), "up"),
        Option("delay", (1,), "down"),
        Option("accept", (1,)),
        Option("abandon", (1,), "up"),
        Option("insist", (2,)),
    ]
    one_of = [Pattern(6, 6), Pattern(10, 10), Pattern(12, 12), Pattern(14, 0)]
    model = coalesced(GraphModel.from_options(parties, options, one_of), [[Pattern(8, 8)]])
    numbers = {"NYNNN": 1, "YYNNN": 2, "NNYNN": 3, "YNYNN": 4, "NYNNY": 5, "YYNNY": 6, "NNYNY": 7, "YNYNY": 8, "---Y-": 9}
    number = [numbers[vector if vector[3] == "N" else "---Y-"] for vector in model.vectors]
    rankings = [[7, 3, 4, 8, 5, 1, 2, 6, 9], [1, 4, 8, 5, 9, 3, 7, 2, 6], [7, 3, 5, 1, 8, 6, 4, 2, 9]]
    rows = [[len(order) - order.index(n) for n in number] for order in rankings]
    return model.with_preference(rows), number


def test_elmira_has_three_equilibria_and_the_one_with_delay_falls_to_two_parties_together():
    model, number = elmira()
    assert sorted(number) == list(range(1, 10))
    stable = solve(model).equilibria
    assert sorted(number[k] for k in np.flatnonzero(stable["Nash"])) == [5, 8, 9]
    assert all((stable["Nash"] <= stable[concept]).all() for concept in ("GMR", "SMR", "SEQ"))
    coalitions = Coalitions(model).judge(["CNash"])
    assert coalitions.spoilers("CNash", number.index(5)) == ((0, 1),)
    assert coalitions.equilibria["CNash"][[number.index(8), number.index(9)]].all()
    [objection] = Coalitions(model).objections((0, 1), number.index(5), "CNash")
    assert number[objection.to] == 8


def by_statements(parties, options, infeasible, statements):
    """A model with prioritised statements, each a pattern or alternatives: ``"Y-N"`` per option, as in the files of GMCR+."""
    banned = [Pattern.from_text(text, "Y", "N") for text in infeasible]
    model = GraphModel.from_options(parties, options, banned)
    texts = [[[one] if isinstance(one, str) else one for one in rows] for rows in statements]
    rows = [[[Pattern.from_text(text, "Y", "N") for text in one] for one in listed] for listed in texts]
    return model.with_preference(np.stack([prioritised(model.states, row) for row in rows]))


def euphrates():
    """Syria and Iraq over the Euphrates, 1975.

    Kinsara (2014), A Simple Guide to GMCR+ (15 October 2014), pages 3 to 11: options Table 1 (p. 3), "release" and "escalate"
    exclude each other and six states remain (pp. 4-5), all moves reversible (p. 5), rankings Table 3 (p. 8); the same states and
    rankings in Examples/SyriaIraq.gmcr of gmcr-py 0.4.1, equilibria as in its test_data/SyriaIraq_logSol.txt. After Hipel, Kilgour
    and Kinsara (2014), Group Decision and Negotiation 23, 355-376 (page not verified).
    """
    options = [Option("release water", (0,)), Option("escalate", (0,)), Option("attack", (1,))]
    model = GraphModel.from_options(["Syria", "Iraq"], options, [Pattern(3, 3)])
    return model.with_preference(best_first([[1, 3, 6, 2, 4, 5], [2, 4, 6, 1, 5, 3]]))


def test_euphrates_has_the_states_of_the_guide_and_ends_in_escalation_and_attack():
    model = euphrates()
    assert [model.vector(k) for k in range(6)] == ["NNN", "YNN", "NYN", "NNY", "YNY", "NYY"]
    assert [equilibria(model, concept) for concept in FIVE] == [[6], [1, 6], [6], [6], [6]]


def test_euphrates_the_rankings_of_syria_that_make_release_an_equilibrium():
    """The guide (p. 11) counts 240 for Nash, as here; its 420 for SEQ is not what the definition gives."""
    model, counts = euphrates(), dict.fromkeys(("Nash", "SEQ"), 0)
    graph = graph_of(model)
    for row in permutations(range(6)):
        changed = model.with_preference([row, model.preference[1]])
        stable = solve(changed, tuple(counts)).equilibria
        for concept in counts:
            assert stable[concept][1] == is_equilibrium(graph, 1, concept, [row, model.preference[1].tolist()])
            counts[concept] += bool(stable[concept][1])
    assert counts == {"Nash": 240, "SEQ": 384}
    # Page 11: "prefers state 2 to 1 and 3" for Nash; for SEQ each may be replaced by the end of Iraq's answer, 4 and 6.
    [change] = least_changes(model, Goal("Nash", (1,)))
    assert {(c.party, c.upper + 1, c.lower + 1) for c in change.comparisons} == {(0, 2, 1), (0, 2, 3)}


def cuba():
    """Cuba, October 1962: as in the model that comes with GMCR+ (Examples/Cuban.gmcr of gmcr-py 0.4.1, read 2026-11-24).

    After Fraser and Hipel (1982), Conflict Management and Peace Science 6(2), 1-18 (page not verified).
    """
    options = [Option("air strike", (0,), "up"), Option("blockade", (0,)), Option("withdraw", (1,)), Option("escalate", (1,))]
    america = [
        "--Y-", "---N", "N-Y-", "-NY-", "Y--Y", "-Y-Y", ["Y-N-", "-Y-N", "Y--N", "-YN-"], "N-NN", "-NNN",
    ]  # fmt: skip
    russia = [
        "---N", ["Y--Y", "N--N", "Y--N"], ["-Y-Y", "-N-N", "-Y-N"], "N--N", "-N-N", ["-YY-", "-NN-", "Y-Y-"], "-YNN", "YNYN",
    ]  # fmt: skip
    return by_statements(["US", "USSR"], options, ["--YY"], [america, russia])


def test_cuba_withdrawal_holds_against_credible_replies_with_and_without_the_blockade():
    model = cuba()
    assert model.n_states == 12
    stable = solve(model).equilibria
    assert [model.vector(k) for k in np.flatnonzero(stable["Nash"])] == ["YNYN"]
    assert [model.vector(k) for k in np.flatnonzero(stable["SEQ"])] == ["NNYN", "YNYN", "NYYN"]


def test_elmira_as_it_comes_with_gmcr():
    """Kinsara (2014), A Simple Guide to GMCR+: state 7 holds without coalitions, and falls to the ministry and Uniroyal.

    Page 14: with both as one player state 7 is no equilibrium; pages 14 to 16: from the status quo, state 1, only the local
    government improves, to 7, from where the two together improve to 10, which neither reaches alone.
    """
    parties = ["MoE", "Uniroyal", "Local Government"]
    options = [
        Option("modify", (0,), "up"), Option("delay", (1,), "down"), Option("accept", (1,)), Option("abandon", (1,), "up"),
        Option("insist", (2,)),
    ]  # fmt: skip
    one_of = [Pattern(6, 6), Pattern(10, 10), Pattern(12, 12), Pattern(14, 0)]
    bare = GraphModel.from_options(parties, options, one_of)
    rankings = [
        [9, 3, 4, 10, 7, 1, 2, 8, [11, 5, 6, 12]],
        [1, 4, 10, 7, [5, 11, 6, 12], 2, 3, 9, 8],
        [9, 3, 7, 1, 10, 8, 4, 2, [11, 5, 12, 6]],
    ]
    groups = [[[s - 1 for s in (one if isinstance(one, list) else [one])] for one in order] for order in rankings]
    model = bare.with_preference(np.stack([ranking(order, bare.n_states) for order in groups]))
    assert 7 in equilibria(model, "Nash")
    assert Coalitions(model).judge(["CNash"]).spoilers("CNash", 6) == ((0, 1),)
    improvements = [
        (party, int(to) + 1)
        for party in range(3)
        for to in model.moves(party, 0)
        if model.preference[party, to] > model.preference[party, 0]
    ]
    assert improvements == [(2, 7)]
    [objection] = Coalitions(model).objections((0, 1), 6, "CNash")
    assert objection.to == 9
    assert not any(9 in model.moves(party, 6) for party in (0, 1))


def garrison():
    """The Garrison diversion: 23 states, four parties, as in the model that comes with GMCR+.

    23 feasible states: Kinsara (2014), A Simple Guide to GMCR+, p. 13, after Hipel and Fraser (1980), Water Resources Research
    16(4), 629-637 (page not verified). Options, infeasible states and rankings: Examples/Garrison.gmcr of gmcr-py 0.4.1.
    """
    parties = ["US Support", "US Opposition", "Canadian Opposition", "IJC"]
    owners = [0, 0, 0, 1, 2, 3, 3, 3, 3]
    names = ["full", "reduced", "appease", "legal", "treaty", "IJC full", "IJC reduced", "Lonetree", "suspend"]
    options = [Option(name, (owner,)) for name, owner in zip(names, owners, strict=True)]
    infeasible = [
        "YY-------", "Y-Y------", "-YY------", "-----YY--", "-----Y-Y-", "-----Y--Y", "------YY-", "------Y-Y", "-------YY",
        "NNN------", "-----NNNN", "Y--N-----", "--YY-----", "Y---NN---", "-Y--N--Y-", "-Y--N---Y", "--Y-N--Y-", "--Y-N---Y",
    ]  # fmt: skip
    rankings = [
        [3, 7, [1, 2], 4, [5, 6], 8, 9, 12, 11, 15, 10, 13, 14, 17, 16, 18, 19, 21, 20, 22, 23],
        [[21, 17, 13, 10, 6, 2], [23, 19], 15, 11, 8, 4, 22, 18, 14, 7, 3, 20, 16, 12, 9, 5, 1],
        [23, [20, 21], 19, [16, 17], 11, [9, 10], 15, [12, 13], 2, 4, 1, 8, [5, 6], 22, 18, 14, 3, 7],
        [list(range(1, 24))],
    ]
    bare = GraphModel.from_options(parties, options, [Pattern.from_text(text, "Y", "N") for text in infeasible])
    groups = [[[s - 1 for s in (one if isinstance(one, list) else [one])] for one in order] for order in rankings]
    return bare.with_preference(np.stack([ranking(order, bare.n_states) for order in groups]))


def test_garrison_has_23_states_and_the_equilibria_that_gmcr_keeps_as_its_test_data():
    """Nash, SEQ and SIM as in test_data/Garrison_logSol.txt of gmcr-py; that lists fewer under GMR and SMR (`graphmodel_peer.txt`)."""
    model = garrison()
    assert model.n_states == 23
    for concept in ("Nash", "SEQ", "SIM"):
        assert equilibria(model, concept) == [2, 3, 11, 17, 18, 21, 22]
    assert set(equilibria(model, "GMR")) > {2, 3, 8, 11, 13, 14, 15, 17, 18, 19, 21, 22}
    graph, test = graph_of(model), as_test(model.preference.tolist())
    for concept in ("GMR", "SMR"):
        by_definition = [s + 1 for s in range(23) if all(is_stable(graph, p, s, concept, test) for p in range(4))]
        assert equilibria(model, concept) == by_definition


def milk_river():
    """Sharing the St. Mary and Milk rivers, 2004: four parties, as in Examples/MilkRiver.gmcr of gmcr-py 0.4.1, read 2026-11-25.

    After which publication is not said there.
    """
    owners = [0, 1, 2, 2, 3, 3, 3]
    names = ["petition review", "object", "reject petition", "form task force", "favour US", "favour CA", "no agreement"]
    infeasible = ["----YY-", "----Y-Y", "-----YY", "--YY---", "-Y---Y-", "-Y----Y"]
    statements = [
        ["----Y--", "---YY--"],
        ["NNNNNNN", "Y----Y-", "------N", "--Y----"],
        ["NN-----"],
        ["NN-----"],
    ]
    options = [Option(name, (owner,)) for name, owner in zip(names, owners, strict=True)]
    return by_statements(["US", "CA", "IJC", "TF"], options, infeasible, statements)


def test_milk_river_is_stuck_everywhere_but_after_an_objection_to_nothing():
    """Equilibria under all five as in test_data/MilkRiver_logSol.txt of gmcr-py 0.4.1, read 2026-11-25."""
    model = milk_river()
    assert model.n_states == 36
    assert model.vector(2) == "NYNNNNN"
    every = list(range(1, 37))
    but_one = [state for state in every if state != 3]
    assert [equilibria(model, concept) for concept in FIVE] == [but_one, every, every, but_one, but_one]
    assert solve(model, ["Nash"]).stable["Nash"][:, 2].tolist() == [True, False, True, True]


@pytest.mark.parametrize("n_parties", [2, 3, 4])
def test_an_independent_solver_finds_the_same_pure_nash_equilibria(n_parties):
    pytest.importorskip("pygambit", reason="pygambit is not installed; its run is logged in benchmarks/logs/graphmodel_gambit.txt")
    for seed in range(25):
        model = random_game(seed, n_parties)
        assert pure_equilibria(model) == set(np.flatnonzero(solve(model).equilibria["Nash"]).tolist()), seed


@pytest.mark.parametrize("seed", range(30))
def test_pure_nash_equilibria_are_those_of_the_game_in_normal_form(seed):
    """The same comparison without another solver: no row of the payoff table along a player's own axis holds anything larger."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 3, rng.integers(2, 5))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    options = [Option(f"o{k}", (int(p),)) for k, p in enumerate(owner)]
    model = GraphModel.from_options([f"P{p}" for p in range(len(sizes))], options)
    model = model.with_preference(rng.integers(0, 5, (len(sizes), model.n_states)))
    tables = [row.reshape([1 << int(size) for size in sizes[::-1]]) for row in model.preference]
    best = [table == table.max(axis=len(sizes) - 1 - p, keepdims=True) for p, table in enumerate(tables)]
    assert (np.logical_and.reduce(best).reshape(-1) == solve(model).equilibria["Nash"]).all()
