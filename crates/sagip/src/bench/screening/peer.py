# The same figures as `sagip bench screening` by Polars and DuckDB. Told "HOW COLUMN…", where a column is
# side_what_days; leaves the columns one after the other in the file "answer" and says how many seconds of
# processor that took, without reading and writing.
#
# Event order is (time, place): of two payments at an instant the first does not see the second, and what is
# exactly one window old has left.
import json, os, pathlib, sys, time
os.environ["POLARS_MAX_THREADS"] = "1"
import duckdb, numpy, polars

# What libraries say on their own is not an answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

DAY = 86_400_000
ROOM = 1 << 36  # more milliseconds than a year and two windows have
folder = pathlib.Path(sys.argv[1])
events = {name: numpy.fromfile(folder / name, numpy.int64) for name in ("time", "sender", "receiver", "country", "amount")}
count = len(events["time"])
SIDES = {"sender": ["sender"], "receiver": ["receiver"], "pair": ["sender", "receiver"]}
OTHER = {("sender", "parties"): "receiver", ("receiver", "parties"): "sender", ("receiver", "countries"): "country"}

frame = polars.DataFrame(events).with_columns(polars.col("time") + 90 * DAY + 1).with_row_index("place")


def wanted(columns):
    for column in columns:
        side, what, days = column.split("_")
        yield column, side, what, int(days) * DAY


def group_of(side):
    return polars.col("sender") * (1 << 24) + polars.col("receiver") if side == "pair" else polars.col(side)


# Events of a group one after the other, and by how much each follows and precedes another of it.
def neighbours(group):
    grouped = frame.select("place", "time", group=group).sort("group", maintain_order=True)
    group, at = grouped["group"], polars.col("time")
    same = grouped.select(
        before=polars.when(polars.col("group") == polars.col("group").shift(1)).then(at - at.shift(1)).otherwise(ROOM),
        after=polars.when(polars.col("group") == polars.col("group").shift(-1)).then(at.shift(-1) - at).otherwise(ROOM),
    )
    back = grouped["place"].arg_sort()
    return same["before"].gather(back), same["after"].gather(back)


# Every window by binary search in one sorted column; different counterparts as stretches in which one was
# there: how many have begun less how many have ended.
def polars_search(columns):
    answer, sides = {}, {}
    numbers = polars.int_range(1, count + 1, eager=True)
    apart = {}
    for side in {side for _, side, _, _ in wanted(columns)}:
        grouped = frame.with_columns(group=group_of(side)).sort("group", maintain_order=True)
        group = grouped["group"]
        if side == "pair":
            group = (group != group.shift(1)).fill_null(False).cast(polars.Int64).cum_sum()
        sides[side] = (grouped, group * ROOM + grouped["time"], grouped["place"].arg_sort())
    sums, lows = {}, {}
    for column, side, what, window in wanted(columns):
        grouped, key, back = sides[side]
        if what in ("count", "sum"):
            if (side, window) not in lows:
                lows[side, window] = key.search_sorted(key - window, "right")
            low = lows[side, window]
            if what == "count":
                found = numbers - low.cast(polars.Int64)
            else:
                if side not in sums:
                    sums[side] = polars.concat([polars.Series([0]), grouped["amount"].cum_sum()])
                found = sums[side].slice(1) - sums[side].gather(low)
        elif what == "median":
            tie = grouped["time"] == grouped["time"].shift(1)
            order = (grouped["time"] * 256 + tie.fill_null(False).cast(polars.Int64)).set_sorted()
            rolled = grouped.with_columns(order=order).with_columns(
                found=polars.col("amount").cast(polars.Float64)
                .rolling_median_by("order", f"{window * 256}i").over("group"))
            found = rolled["found"]
        else:
            other = OTHER[side, what]
            if (side, other) not in apart:
                before, after = neighbours(polars.col(side) * (1 << 24) + polars.col(other))
                apart[side, other] = (before.gather(grouped["place"]), after.gather(grouped["place"]))
            before, after = apart[side, other]
            begun = (before >= window).cast(polars.Int64).cum_sum()
            ended = (key.filter(after >= window) + window).search_sorted(key, "right")
            found = begun - ended.cast(polars.Int64)
        answer[column] = found.gather(back)
    return answer


# Every payment once as it comes and once for each window as it leaves, sorted together, one running sum.
def polars_sums(columns):
    answer = {}
    for side in {side for _, side, _, _ in wanted(columns)}:
        mine = [(column, what, window) for column, s, what, window in wanted(columns) if s == side]
        base = frame.select("place", "time", "amount", *dict.fromkeys(["sender", "receiver", "country"]), group=group_of(side))
        for what in {what for _, what, _ in mine} & {"parties", "countries"}:
            before, after = neighbours(polars.col(side) * (1 << 24) + polars.col(OTHER[side, what]))
            base = base.with_columns(before.alias(what + "before"), after.alias(what + "after"))
        def rows(leaves):
            columns = []
            for column, what, window in mine:
                if what == "count":
                    step = polars.lit(1, polars.Int64)
                elif what == "sum":
                    step = polars.col("amount")
                else:
                    step = (polars.col(what + ("after" if leaves else "before")) >= window).cast(polars.Int64)
                if leaves is None:
                    columns.append(step.alias(column))
                else:
                    columns.append((-step if leaves == window else polars.lit(0, polars.Int64)).alias(column))
            late = polars.lit(1 if leaves is None else 0, polars.Int8).alias("late")
            at = polars.col("time") + (0 if leaves is None else leaves)
            return base.select("place", "group", at.alias("time"), late, *columns)
        parts = [rows(None)] + [rows(window) for window in sorted({window for _, _, window in mine})]
        every = polars.concat(parts).sort("group", "time", "late", "place")
        names = [column for column, _, _ in mine]
        every = every.select("place", "late", *[polars.col(name).cum_sum() for name in names]).filter(polars.col("late") == 1).sort("place")
        for name in names:
            answer[name] = every[name]
    return answer


def duck(columns):
    answer = connection.execute("select " + ", ".join(
        expression(*column) for column in wanted(columns)) + " from events order by place").fetchnumpy()
    return {name: answer[name] for name in columns}


def expression(column, side, what, window):
    keys = ", ".join(SIDES[side])
    frame = f"over (partition by {keys} order by key range between ({(window - 1) * 256} + tie) preceding and current row)"
    what = {"count": "count(*)", "sum": "sum(amount)", "median": "median(amount)"}.get(what) or f"count(distinct {OTHER[side, what]})"
    kind = "double" if what.startswith("median") else "bigint"
    return f"({what} {frame})::{kind} as {column}"


connection = duckdb.connect()
connection.execute("set enable_progress_bar = false")
tie = numpy.zeros(count, numpy.int64)
for place in numpy.flatnonzero(events["time"][1:] == events["time"][:-1]):
    tie[place + 1] = tie[place] + 1
source = {**events, "tie": tie, "key": events["time"] * 256 + tie, "place": numpy.arange(count)}
connection.execute("create table events as select * from source")
del source

for line in sys.stdin:
    how, *columns = line.split()
    began = time.process_time()
    answer = {"search": polars_search, "sums": polars_sums, "duckdb": duck}[how](columns)
    seconds = time.process_time() - began
    with open(folder / "answer", "wb") as out:
        for column in columns:
            values = answer[column]
            values = values.to_numpy() if isinstance(values, polars.Series) else numpy.asarray(values)
            out.write(values.astype(numpy.float64 if values.dtype.kind == "f" else numpy.int64).tobytes())
    print(json.dumps({"seconds": seconds}), file=answers, flush=True)
