#!/usr/bin/env python3
"""Lets a peer solve one instance; `sandan vrp bench` calls it and judges what it answers.

    python3 -m venv .dev/vrp-peers
    .dev/vrp-peers/bin/pip install pyvrp==0.14.1 ortools==9.15.6755 pyvroom==1.15.2
    .dev/vrp-peers/bin/python bench/vrp_peers.py pyvrp|ortools|vroom problem.json SECONDS SEED

`problem.json` is what `sandan vrp bench` writes: nodes, fleet, and whole distances and times in units of the
convention, so that every solver sees the same numbers. Prints one JSON object: routes (customers by number,
0 = load again), vehicle of each route, CPU seconds used. A peer that cannot state the problem says so.

PyVRP stops by the CPU time of the process; OR-Tools and VROOM know the wall clock only, so that on a busy
machine they get less than the others: the CPU seconds stand beside the result. One thread each.
"""
import json
import sys
import time
from datetime import timedelta

FAR = 1 << 40


class Declined(Exception):
    """The peer has no way to state the problem."""


def legs(problem):
    """Distances and times of all legs: the rounding of the convention."""
    import numpy as np

    size, scale = len(problem["nodes"]), problem["scale"]
    if problem["matrix"]:
        plain = np.array(problem["matrix"]).reshape(size, size)
    else:
        x = np.array([node["x"] for node in problem["nodes"]])
        y = np.array([node["y"] for node in problem["nodes"]])
        plain = np.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2)
    rounding = {"floor": np.floor, "ceil": np.ceil, "half_up": lambda v: np.floor(v + 0.5)}
    return tuple(
        rounding[problem[key]](plain * scale).astype(np.int64) for key in ("round", "round_time")
    )


def late(node):
    return FAR if node["due"] is None else node["due"]


def flat(problem):
    """Vehicle groups with the number of their first vehicle."""
    first, groups = 1, []
    for group in problem["fleet"]:
        count = group["count"]
        count = len(problem["nodes"]) if count is None else min(count, len(problem["nodes"]))
        groups.append((first, count, group))
        first += group["count"] or count
    return groups


def pyvrp(problem, seconds, seed):
    import numpy as np
    import pyvrp as peer

    far, time_of = legs(problem)
    nodes, depots = problem["nodes"], problem["depots"]
    if problem["family"] == "vrpb":
        # As PyVRP's own reader does: no backhaul first, no delivery after a backhaul.
        back = np.array([node["backhaul"] > 0 for node in nodes])
        line = np.array([node["demand"] > 0 for node in nodes])
        far[0, back] = peer.constants.MAX_VALUE
        far[np.ix_(back, line)] = peer.constants.MAX_VALUE
    # Loads are scaled like distances, as PyVRP's own reader does: its price of an overload has a limit.
    unit = int(problem["scale"])
    single = [k for k in range(depots, len(nodes)) if nodes[k]["mate"] is None]
    clients = [
        peer.Client(
            location=k,
            delivery=[unit * nodes[k]["demand"]],
            pickup=[unit * nodes[k]["backhaul"]],
            service_duration=nodes[k]["service"],
            tw_early=nodes[k]["ready"],
            tw_late=late(nodes[k]),
            release_time=nodes[k]["release"],
        )
        for k in single
    ]
    pairs = [(k, node["mate"]) for k, node in enumerate(nodes) if node["mate"] and node["demand"] > 0]
    shipments = [
        peer.Shipment(
            pickup_location=p,
            delivery_location=d,
            pickup_tw_early=nodes[p]["ready"],
            pickup_tw_late=late(nodes[p]),
            pickup_service_duration=nodes[p]["service"],
            delivery_tw_early=nodes[d]["ready"],
            delivery_tw_late=late(nodes[d]),
            delivery_service_duration=nodes[d]["service"],
            amount=[unit * nodes[p]["demand"]],
        )
        for p, d in pairs
    ]
    groups = flat(problem)
    types = [
        peer.VehicleType(
            num_available=count,
            capacity=[unit * group["capacity"]],
            start_depot=group["depot"],
            end_depot=group["depot"],
            fixed_cost=group["fixed"],
            tw_early=nodes[group["depot"]]["ready"],
            tw_late=late(nodes[group["depot"]]),
            shift_duration=FAR if group["max_duration"] is None else group["max_duration"],
            max_distance=FAR if group["max_distance"] is None else group["max_distance"],
            unit_distance_cost=group["per_distance"],
            reload_depots=[group["depot"]] if group["reload"] else [],
        )
        for _, count, group in groups
    ]
    data = peer.ProblemData(
        locations=[peer.Location(x=node["x"], y=node["y"]) for node in nodes],
        clients=clients,
        depots=[peer.Depot(location=k) for k in range(depots)],
        vehicle_types=types,
        distance_matrices=[far],
        duration_matrices=[time_of],
        shipments=shipments,
    )

    begun = time.process_time()

    def stop(_best):
        return time.process_time() - begun >= seconds

    best = peer.solve(data, stop=stop, seed=seed, collect_stats=False, display=False).best
    if not best.is_feasible():
        return [], []
    routes, used, taken = [], [], {}
    for route in best.routes():
        stops = []
        for step in list(route.schedule()):
            if step.is_client():
                stops.append(single[step.idx])
            elif step.is_pickup():
                stops.append(pairs[step.idx][0])
            elif step.is_delivery():
                stops.append(pairs[step.idx][1])
            elif stops:
                stops.append(0)
        while stops and stops[-1] == 0:
            stops.pop()
        kind = route.vehicle_type()
        used.append(groups[kind][0] + taken.get(kind, 0))
        taken[kind] = taken.get(kind, 0) + 1
        routes.append(stops)
    return routes, used


def ortools(problem, seconds, seed):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    if any(group["reload"] for group in problem["fleet"]):
        raise Declined("several trips of a vehicle: needs copies of the depot")
    far, time_of = (matrix.tolist() for matrix in legs(problem))
    nodes = problem["nodes"]
    vehicles = [
        (first + k, group) for first, count, group in flat(problem) for k in range(count)
    ]
    depots = [group["depot"] for _, group in vehicles]
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(vehicles), depots, depots)
    model = pywrapcp.RoutingModel(manager)
    solver = model.solver()
    node_of = manager.IndexToNode
    for unit in sorted({group["per_distance"] for _, group in vehicles}):
        cost = model.RegisterTransitCallback(lambda i, j, u=unit: u * far[node_of(i)][node_of(j)])
        for at, (_, group) in enumerate(vehicles):
            if group["per_distance"] == unit:
                model.SetArcCostEvaluatorOfVehicle(cost, at)
    for at, (_, group) in enumerate(vehicles):
        model.SetFixedCostOfVehicle(group["fixed"], at)
    capacities = [group["capacity"] for _, group in vehicles]
    for key in ("demand", "backhaul"):
        load = model.RegisterUnaryTransitCallback(lambda i, k=key: nodes[node_of(i)][k])
        model.AddDimensionWithVehicleCapacity(load, 0, capacities, True, key)
    if problem["family"] == "vrpb":
        raise Declined("backhauls after deliveries: not stated here")
    service = [node["service"] for node in nodes]
    clock = model.RegisterTransitCallback(
        lambda i, j: service[node_of(i)] + time_of[node_of(i)][node_of(j)]
    )
    model.AddDimension(clock, FAR, FAR, False, "time")
    times = model.GetDimensionOrDie("time")
    for k, node in enumerate(nodes):
        if k >= problem["depots"]:
            times.CumulVar(manager.NodeToIndex(k)).SetRange(node["ready"], late(node))
    for at, (_, group) in enumerate(vehicles):
        depot = nodes[group["depot"]]
        times.CumulVar(model.Start(at)).SetRange(depot["ready"], late(depot))
        times.CumulVar(model.End(at)).SetRange(depot["ready"], late(depot))
        if group["max_duration"] is not None:
            times.SetSpanUpperBoundForVehicle(group["max_duration"], at)
    for p, node in enumerate(nodes):
        if node["mate"] and node["demand"] > 0:
            a, b = manager.NodeToIndex(p), manager.NodeToIndex(node["mate"])
            model.AddPickupAndDelivery(a, b)
            solver.Add(model.VehicleVar(a) == model.VehicleVar(b))
            solver.Add(times.CumulVar(a) <= times.CumulVar(b))
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(search)
    routes, used = [], []
    for at, (number, _) in enumerate(vehicles):
        index, stops = model.Start(at), []
        while found and not model.IsEnd(index):
            if not model.IsStart(index):
                stops.append(node_of(index))
            index = found.Value(model.NextVar(index))
        if stops:
            routes.append(stops)
            used.append(number)
    return routes, used


def vroom(problem, seconds, seed):
    import vroom as peer

    if any(group["reload"] for group in problem["fleet"]):
        raise Declined("several trips of a vehicle")
    if problem["family"] == "vrpb":
        raise Declined("backhauls after deliveries")
    far, time_of = legs(problem)
    nodes = problem["nodes"]
    most = (1 << 32) - 1
    day = max(late(node) for node in nodes)
    if far.max() * len(nodes) > most or (day != FAR and day > most):
        raise Declined("numbers beyond 32 bits")
    model = peer.Input()
    model.set_durations_matrix(profile="car", matrix_input=time_of.astype("uint32"))
    model.set_distances_matrix(profile="car", matrix_input=far.astype("uint32"))
    model.set_costs_matrix(profile="car", matrix_input=far.astype("uint32"))
    scale = {group["per_distance"] for group in problem["fleet"]}
    if len(scale) > 1:
        raise Declined("costs of distance that differ beside a cost matrix")
    numbers = {}
    for first, count, group in flat(problem):
        if group["max_distance"] is not None:
            raise Declined("a limit of distance beside scaled distances")
        if group["max_duration"] is not None:
            raise Declined("a limit of duration, waiting included")
        for k in range(count):
            depot = nodes[group["depot"]]
            window = None if depot["due"] is None else peer.TimeWindow(depot["ready"], depot["due"])
            numbers[first + k] = None
            model.add_vehicle(
                peer.Vehicle(
                    first + k,
                    start=group["depot"],
                    end=group["depot"],
                    capacity=[group["capacity"]],
                    time_window=window,
                    costs=peer.VehicleCosts(fixed=group["fixed"] // next(iter(scale))),
                )
            )
    for k, node in enumerate(nodes):
        windows = [] if node["due"] is None else [peer.TimeWindow(node["ready"], node["due"])]
        step = {"default_service": node["service"], "time_windows": windows}
        if k < problem["depots"] or (node["mate"] and node["demand"] < 0):
            continue
        if node["mate"]:
            mate = nodes[node["mate"]]
            windows = [peer.TimeWindow(mate["ready"], late(mate))]
            end = {"default_service": mate["service"], "time_windows": windows}
            model.add_shipment(
                peer.ShipmentStep(k, k, **step),
                peer.ShipmentStep(node["mate"], node["mate"], **end),
                amount=peer.Amount([node["demand"]]),
            )
        else:
            model.add_job(peer.Job(k, location=k, delivery=[node["demand"]], **step))
    found = model.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=seconds))
    routes = {}
    for row in found.routes.to_dict("records"):
        if row["type"] in ("job", "pickup", "delivery"):
            routes.setdefault(int(row["vehicle_id"]), []).append(int(row["id"]))
    return list(routes.values()), list(routes)


def main():
    name, path, seconds, seed = sys.argv[1:5]
    with open(path, encoding="utf-8") as file:
        problem = json.load(file)
    solve = {"pyvrp": pyvrp, "ortools": ortools, "vroom": vroom}[name]
    begun = time.process_time()
    try:
        routes, used = solve(problem, float(seconds), int(seed))
    except Declined as why:
        print(json.dumps({"declined": str(why)}))
        return
    spent = time.process_time() - begun
    print(json.dumps({"routes": routes, "route_vehicles": used, "cpu_s": round(spent, 2)}))


if __name__ == "__main__":
    main()
