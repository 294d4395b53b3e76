from ceasefire.errors import CaseError, Problem


def test_problems_are_listed_in_the_order_of_the_file():
    late = Problem("war.yaml", 9, 1, "b", "second")
    early = Problem("war.yaml", 2, 7, "a", "first", "look again")
    assert str(CaseError([late, early])) == "war.yaml:2:7: first\n  hint: look again\nwar.yaml:9:1: second"


def test_a_problem_of_a_whole_file_names_no_line():
    assert str(Problem("war.yaml", None, None, "missing-file", "no such file")) == "war.yaml: no such file"
