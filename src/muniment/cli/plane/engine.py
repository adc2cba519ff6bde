"""Which engine does the work of a command, and what it may take: DuckDB here, or Spark."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli

if TYPE_CHECKING:
    from muniment.gateways import dataplane

EMBEDDED, SPARK = KINDS = ("embedded", "spark")


def arguments(group: "argparse._ArgumentGroup", *, rest: str) -> None:
    """The engine, its memory, and where a cluster is; `rest` says where the rest of the data go."""
    add = group.add_argument
    add(
        "--memory-limit", metavar="SIZE", default="1GB",
        help=f"what the engine may take, such as 512MB; the rest goes to {rest}",
    )  # fmt: skip
    add(
        "--engine", choices=KINDS, default=EMBEDDED,
        help="embedded works on this machine alone; spark on a cluster, or here with local[2]",
    )  # fmt: skip
    add("--master", metavar="URL", help="of Spark: local[2], or spark://host:port of a cluster")
    add("--spark-secret", type=Path, metavar="FILE", help="the secret that this master asks for")


def means(args: argparse.Namespace, *, resume: Path | None = None) -> "dataplane.Means":
    """The same for the data plane; raises `Stop` where it is half of what an engine needs."""
    from muniment.gateways import dataplane

    if args.engine != SPARK and (args.master or args.spark_secret):
        raise cli.Stop("--master and --spark-secret are for --engine spark.")
    if args.engine == SPARK and not args.master:
        raise cli.Stop("--engine spark needs --master: local[2], or spark://host:port.")
    given = {"kind": args.engine, "memory_limit": args.memory_limit, "master": args.master}
    if args.spark_secret:
        given["secret"] = str(args.spark_secret.absolute())
    return dataplane.Means({name: value for name, value in given.items() if value}, resume)


def reach(args: argparse.Namespace) -> "dataplane.Reach":
    """A cluster has to be called, and Java started; DuckDB needs no door at all."""
    from muniment.gateways import dataplane

    return dataplane.Reach.CLUSTER if args.engine == SPARK else dataplane.Reach.NOTHING


def read(args: argparse.Namespace) -> list[Path]:
    """What has to be readable beside the data."""
    return [args.spark_secret] if args.spark_secret else []
