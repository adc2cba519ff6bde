"""Sources on other machines, on loopback: an object store and a database."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from muniment import cli
from muniment.dataplane import refusals
from muniment.dataplane.loading.readers import postgres as readers_postgres
from tests import postgres
from tests.dataplane.loading import orders

KEYS = {"STORE_KEY": "key-canary-7919", "STORE_SECRET": "secret-canary-7919"}
FIELDS = [orders.field("id"), orders.field("n", "integer"), orders.field("day", "date")]


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id=KEYS["STORE_KEY"], aws_secret_access_key=KEYS["STORE_SECRET"],
    )  # fmt: skip
    client.create_bucket(Bucket="holdings", ACL="public-read")
    client.put_object(Bucket="holdings", Key="new/t.csv", Body=b"id,n,day\na,1,2012-01-31\n")
    client.put_object(Bucket="holdings", Key="old/t.csv", Body=b"id,n,day\nb,2,2011-01-31\n")
    client.put_object(Bucket="holdings", Key="new/other.csv", Body=b"canary")
    yield endpoint
    server.stop()


def settings(folder: Path, address: str, **more: object) -> Path:
    told = {
        "endpoint": address, "region": "us-east-1", "access_key_from": "STORE_KEY",
        "secret_key_from": "STORE_SECRET", **more,
    }  # fmt: skip
    return orders.write(folder, told, "s3.json")


def from_store(
    tmp_path: Path, place: Path | None, address: str = "s3://holdings/new"
) -> orders.loading.Outcome:
    return orders.load(
        tmp_path / "in", orders.descriptor(FIELDS), sources=[address], s3=place, environment=KEYS
    )


def test_objects_of_a_store_are_loaded_and_no_key_is_kept(store: str, tmp_path: Path) -> None:
    outcome = from_store(tmp_path, settings(tmp_path, store))
    assert outcome.folder is not None
    assert [row[0] for row in orders.rows(outcome.folder)] == ["a"]
    kept = b"".join(path.read_bytes() for path in outcome.folder.rglob("*") if path.is_file())
    assert b"canary" not in kept
    assert (
        json.loads((outcome.folder / "edition.json").read_text())["sources"][0]["file"] == "t.csv"
    )


def test_a_bucket_that_is_not_there_is_named_without_keys(store: str, tmp_path: Path) -> None:
    with pytest.raises(refusals.Refused) as refused:
        from_store(tmp_path, settings(tmp_path, store), "s3://elsewhere/new")
    assert refused.value.code == "no-source"
    assert "canary" not in str(refused.value)


def test_two_places_of_a_store_may_use_one_name(store: str, tmp_path: Path) -> None:
    outcome = orders.load(
        tmp_path / "in",
        orders.descriptor(FIELDS),
        sources=["s3://holdings/new", "s3://holdings/old"],
        s3=settings(tmp_path, store),
        environment=KEYS,
    )
    assert outcome.folder is not None
    assert [row[0] for row in orders.rows(outcome.folder)] == ["a", "b"]


def test_a_public_store_needs_no_keys(store: str, tmp_path: Path) -> None:
    outcome = orders.load(
        tmp_path / "in",
        orders.descriptor(FIELDS),
        sources=["s3://holdings/new"],
        s3=settings(tmp_path, store, anonymous=True),
    )
    assert outcome.folder is not None


@pytest.mark.parametrize(
    "more",
    [
        {"endpoint": "ftp://x"}, {"endpoint": 3}, {"colour": "red"}, {"access_key_from": "ABSENT"},
        {"secret_key_from": None},
    ],
)  # fmt: skip
def test_settings_of_a_store_that_cannot_be_used_are_refused(tmp_path: Path, more: dict) -> None:
    with pytest.raises(refusals.Refused) as refused:
        from_store(tmp_path, settings(tmp_path, "http://127.0.0.1:1", **more))
    assert refused.value.code == "no-settings"


def test_a_store_without_settings_is_refused(tmp_path: Path) -> None:
    for place in (None, tmp_path / "absent.json"):
        with pytest.raises(refusals.Refused) as refused:
            from_store(tmp_path, place)
        assert refused.value.code == "no-settings"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    try:
        with postgres.serving() as url:
            server = url.rpartition("/")[0] + "/postgres"
            with psycopg.connect(server) as connection:
                connection.execute("CREATE SCHEMA clinic")
                connection.execute(
                    'CREATE TABLE clinic."t" (id text, n numeric, day timestamp, other text)'
                )
                connection.execute(
                    "INSERT INTO clinic.t VALUES ('a', 1, '2012-01-31', 'x'), ('b', NULL, NULL, '')"
                )
            yield server
    except postgres.Unavailable as reason:
        pytest.skip(f"No PostgreSQL can be started here: {reason}")


def from_database(
    tmp_path: Path, table: str, environment: dict[str, str]
) -> orders.loading.Outcome:
    schema = {"fieldsMatch": ["subset"]}
    document = orders.descriptor(FIELDS, path=table, format="postgresql", schema=schema)
    return orders.load(
        tmp_path / "in", document, sources=["postgresql:CLINIC"], environment=environment
    )


@pytest.mark.slow
def test_tables_of_a_database_are_loaded(database: str, tmp_path: Path) -> None:
    outcome = from_database(tmp_path, "clinic.t", {"CLINIC": database})
    assert outcome.folder is not None
    assert [row[:2] for row in orders.rows(outcome.folder)] == [("a", 1), ("b", None)]
    kept = b"".join(path.read_bytes() for path in outcome.folder.rglob("*") if path.is_file())
    assert database.encode() not in kept
    sealed = json.loads((outcome.folder / "edition.json").read_text())
    assert sealed["sources"] == [{"database_table": "clinic.t"}]
    bad = from_database(tmp_path / "second", "clinic.absent", {"CLINIC": database})
    assert orders.faults(bad) == [("unreadable", "clinic.absent", 1, None)]


@pytest.mark.slow
def test_a_database_is_read_in_a_transaction_that_can_write_nothing(database: str) -> None:
    with readers_postgres.connect("CLINIC", environment={"CLINIC": database}) as connection:
        [level] = connection.execute("SHOW transaction_isolation").fetchone() or ("",)
        assert level == "repeatable read"
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM clinic.t")


@pytest.mark.slow
def test_a_database_table_with_other_columns_is_named(database: str, tmp_path: Path) -> None:
    document = orders.descriptor([*FIELDS, orders.field("more")], path="clinic.t",
        format="postgresql", schema={"fieldsMatch": ["subset"]})  # fmt: skip
    outcome = orders.load(
        tmp_path / "in", document, sources=["postgresql:CLINIC"], environment={"CLINIC": database}
    )
    assert orders.faults(outcome) == [("missing-column", "clinic.t", None, "more")]


def test_a_database_that_does_not_answer_is_told_without_its_address(tmp_path: Path) -> None:
    address = "postgresql://canary:password-canary@127.0.0.1:1/x"
    for environment in ({}, {"CLINIC": address}):
        with pytest.raises(refusals.Refused) as refused:
            from_database(tmp_path, "t", environment)
        assert refused.value.code == "no-source"
        assert "canary" not in str(refused.value)


def test_a_database_table_without_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    document = orders.descriptor(FIELDS, path="clinic.t", format="postgresql")
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", document)
    assert refused.value.code == "no-source"


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("s3://holdings/new", {}),
        pytest.param(
            "postgresql:CLINIC",
            {"path": "clinic.t", "format": "postgresql", "schema": {"fieldsMatch": ["subset"]}},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["store", "database"],
)
def test_the_command_reaches_them_from_behind_its_wall(
    source: str,
    asked: dict,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Its data plane may call them, and is told the variables that these sources name."""
    address = request.getfixturevalue("store" if source.startswith("s3") else "database")
    words = ["holding", "load", source, "--descriptor"]
    words += [str(orders.write(tmp_path, orders.descriptor(FIELDS, **asked)))]
    if source.startswith("s3"):
        words += ["--s3", str(settings(tmp_path, address))]
    for name, value in {**KEYS, "CLINIC": address}.items():
        monkeypatch.setenv(name, value)
    assert cli.main([*words, "--out", str(tmp_path / "out")]) == 0, capfd.readouterr().err
    said = "".join(capfd.readouterr())
    assert "WARNING" not in said
    assert orders.rows(tmp_path / "out")[0][:2] == ("a", 1)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    for secret in (*KEYS.values(), address):
        assert secret.encode() not in kept
        assert secret not in said
