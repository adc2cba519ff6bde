"""Every act of every road can be begun from, in any order, and nothing of one test reaches another."""


def test_x(world):
    from muniment.demo import judging

    s = world.after(judging.score)
    assert s.case.stage == "in_review"


def test_y(world):
    from muniment.demo import releasing

    s = world.after(releasing.verify)
    assert s.released_to.is_dir()


def test_z(world):
    from muniment.demo import judging, releasing, roads

    s = world.after(releasing.plan, road=roads.EXPEDITED)
    assert s.case.stage == "building"
    t = world.walk_beside(road=roads.FULL, until=judging.score)
