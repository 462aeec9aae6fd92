"""The order of a rehearsal: waves, their reverse, and what is wrong with a plan."""

from __future__ import annotations

from lockgate.rehearsal.order import Order, duplicates, order
from tests.rehearsal.conftest import resource, urn

TOPIC = "gcp:pubsub/topic:Topic"


def topic(name: str, *after: str) -> object:
    return resource(TOPIC, name, after=[urn(TOPIC, one) for one in after])


def ordered(*resources) -> tuple[Order, list]:  # type: ignore[no-untyped-def,type-arg]
    return order(resources, {one.urn for one in resources if one.custom})


def names(waves: list[list[str]]) -> list[list[str]]:
    return [[one.rpartition("::")[2] for one in wave] for wave in waves]


def test_a_resource_comes_after_what_it_depends_on() -> None:
    found, problems = ordered(topic("c", "a", "b"), topic("b", "a"), topic("a"), topic("d"))
    assert problems == []
    assert names(found.waves()) == [["a", "d"], ["b"], ["c"]]
    assert names(found.reverse().waves()) == [["c", "d"], ["b"], ["a"]]


def test_a_property_made_from_another_resource_is_a_dependency() -> None:
    grant = resource("gcp:pubsub/topicIAMMember:TopicIAMMember", "grant", made_from={"topic": [urn(TOPIC, "a")]})
    found, _ = ordered(topic("a"), grant)
    assert names(found.waves()) == [["a"], ["grant"]]


def test_a_component_stands_for_all_that_it_holds() -> None:
    component = resource("lockgate:logs:Logs", "logs", custom=False)
    inner = resource("lockgate:logs:Inner", "inner", custom=False, parent=component.urn)
    held = [resource(TOPIC, name, parent=parent.urn) for name, parent in (("a", component), ("b", inner))]
    after = resource(TOPIC, "after", after=[component.urn])
    found, problems = ordered(component, inner, *held, after)
    assert problems == []
    assert names(found.waves()) == [["a", "b"], ["after"]]


def test_a_child_that_depends_on_its_own_component_does_not_wait_for_itself() -> None:
    component = resource("lockgate:logs:Logs", "logs", custom=False)
    child = resource(TOPIC, "a", parent=component.urn, after=[component.urn])
    found, problems = ordered(component, child)
    assert problems == []
    assert names(found.waves()) == [["a"]]


def test_a_provider_is_a_setting_and_no_dependency() -> None:
    provider = resource("pulumi:providers:gcp", "google")
    found, problems = order([provider, topic("a")], {urn(TOPIC, "a")})  # type: ignore[list-item]
    assert problems == []
    assert names(found.waves()) == [["a"]]


def test_a_dangling_reference_is_named() -> None:
    _, problems = ordered(topic("a", "lost"))
    assert [(one.urn, one.message) for one in problems] == [
        (urn(TOPIC, "a"), f"depends on {urn(TOPIC, 'lost')}, which is not in the plan")
    ]


def test_a_cycle_is_named_with_its_way() -> None:
    found, problems = ordered(topic("a", "c"), topic("b", "a"), topic("c", "b"), topic("d", "c"))
    assert [(one.urn, one.message) for one in problems] == [
        (urn(TOPIC, "a"), "depends on itself: a -> c -> b -> a"),
    ]
    assert set(found.after) == {urn(TOPIC, name) for name in "abcd"}
    found.waves()


def test_each_cycle_is_named() -> None:
    _, problems = ordered(topic("a", "b"), topic("b", "a"), topic("c", "d"), topic("d", "c"), topic("e", "e"))
    assert len(problems) == 2
    # A resource that names itself waits for nothing: it is dropped from what it waits for.


def test_two_resources_of_one_urn_are_named() -> None:
    assert [one.urn for one in duplicates([topic("a"), topic("b"), topic("a")])] == [urn(TOPIC, "a")]  # type: ignore[list-item]
