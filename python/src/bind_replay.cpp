#include "fix_out.hpp"
#include "live_engine.hpp"
#include "module.hpp"
#include "replay_outcome.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

using Registry = registry::Registry;

/// Asks the interpreter now and then whether to go on: Ctrl-C has to be seen, and progress shown, but a call for each
/// batch would cost more than its fixes.
class Patience {
 public:
  explicit Patience(py::object progress) : progress_{std::move(progress)} {}

  [[nodiscard]] bool go_on(std::uint64_t fixes) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds{100}) return true;
    last_ = now;
    const py::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() != 0) {
      failure_.emplace();
      return false;
    }
    try {
      if (!progress_.is_none()) progress_(fixes);
      return true;
    } catch (py::error_already_set& error) {
      failure_.emplace(error);
      return false;
    }
  }

  /// Raises what stopped it. The interpreter's lock is held.
  void raise_failure() const {
    if (failure_) throw py::error_already_set{*failure_};
  }

 private:
  py::object progress_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::optional<py::error_already_set> failure_;
};

py::dict dict_of(const VerdictCounts& counts) {
  py::dict all;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    all[py::str(std::string{name_of(verdict)})] = counts[verdict];
  }
  return all;
}

TimeUtc time_of(std::int64_t unix_ms) {
  return TimeUtc{Milliseconds{unix_ms}};
}

std::optional<Milliseconds> span_of(std::optional<std::int64_t> ms) {
  return ms ? std::optional{Milliseconds{*ms}} : std::nullopt;
}

template <class T>
std::shared_ptr<T> held(const std::shared_ptr<const T>& value) {
  return std::const_pointer_cast<T>(value);
}

std::shared_ptr<ReplayRequest> request_of(std::shared_ptr<Registry> registry, std::shared_ptr<ManifestLog> manifests,
                                          const io::Settings& settings, std::optional<std::int64_t> lateness_ms,
                                          std::optional<std::int64_t> journal_ms, bool final_only,
                                          std::optional<std::int64_t> until_ms, unsigned shards, ReplaySteps steps,
                                          bool tracks, bool quality, bool rejects, Datum tracks_read_as,
                                          Datum registry_read_as) {
  auto request = std::make_shared<ReplayRequest>();
  request->registry = std::move(registry);
  request->manifests = std::move(manifests);
  request->settings = settings;
  request->lateness = span_of(lateness_ms);
  request->journal = span_of(journal_ms);
  request->final_only = final_only;
  if (until_ms) request->until = time_of(*until_ms);
  request->shards = shards;
  request->steps = steps;
  request->tracks = tracks;
  request->quality = quality;
  request->rejects = rejects;
  request->tracks_read_as = tracks_read_as;
  request->registry_read_as = registry_read_as;
  return request;
}

void bind_request(py::module_& m) {
  py::native_enum<ReplaySteps>(m, "ReplaySteps", "enum.Enum")
      .value("all", ReplaySteps::all)
      .value("stops", ReplaySteps::stops)
      .value("tracks", ReplaySteps::tracks)
      .finalize();
  py::class_<ReplayRequest, std::shared_ptr<ReplayRequest>>(m, "ReplayRequest")
      .def(py::init(&request_of), py::arg("registry"), py::arg("manifests"), py::arg("settings"), py::kw_only(),
           py::arg("lateness_ms") = py::none(), py::arg("journal_ms") = py::none(), py::arg("final_only") = false,
           py::arg("until_ms") = py::none(), py::arg("shards") = 1, py::arg("steps") = ReplaySteps::all,
           py::arg("tracks") = false, py::arg("quality") = false, py::arg("rejects") = false,
           py::arg("tracks_read_as") = Datum::wgs84, py::arg("registry_read_as") = Datum::wgs84);
}

/// Several threads may run the same request at once: each asks its own `Patience`.
template <class Run>
ReplayOutcome run_with(ReplayRequest request, py::object progress, Run&& run) {
  Patience patience{std::move(progress)};
  request.go_on = [&](std::uint64_t fixes) { return patience.go_on(fixes); };
  ReplayOutcome outcome;
  {
    const py::gil_scoped_release unlocked;
    outcome = run(request);
  }
  patience.raise_failure();
  return outcome;
}

void bind_outcome(py::module_& m) {
  py::class_<ReplayOutcome>(m, "ReplayOutcome")
      .def_property_readonly("events", [](const ReplayOutcome& o) { return held(o.events); })
      .def_property_readonly("tracks", [](const ReplayOutcome& o) { return held(o.tracks); })
      .def_property_readonly("quality", [](const ReplayOutcome& o) { return held(o.quality); })
      .def_property_readonly("rejects", [](const ReplayOutcome& o) { return held(o.rejects); })
      .def_property_readonly("counts", [](const ReplayOutcome& o) { return dict_of(o.counts); })
      .def_property_readonly("first_causes",
                             [](const ReplayOutcome& o) {
                               py::dict all;
                               for (std::size_t i = 0; i < o.first_causes.size(); ++i)
                                 if (!o.first_causes[i].empty())
                                   all[py::str(std::string{name_of(static_cast<Verdict>(i))})] = o.first_causes[i];
                               return all;
                             })
      .def_readonly("passed_over", &ReplayOutcome::passed_over)
      .def_readonly("vehicles", &ReplayOutcome::vehicles)
      .def_readonly("reruns", &ReplayOutcome::reruns)
      .def_readonly("withheld", &ReplayOutcome::withheld)
      .def_readonly("broken_off", &ReplayOutcome::broken_off);
}

void bind_engine(py::module_& m) {
  py::class_<EngineCheckpoint, std::shared_ptr<EngineCheckpoint>>(m, "EngineCheckpoint");
  py::class_<LiveEngine>(m, "LiveEngine")
      .def(py::init([](const std::shared_ptr<Registry>& registry, const io::Settings& settings,
                       std::optional<std::int64_t> lateness_ms, std::int64_t journal_ms, bool ordered, bool tracks) {
             LiveOptions options;
             options.lateness = span_of(lateness_ms);
             options.journal = Milliseconds{journal_ms};
             options.delivery = ordered ? Delivery::ordered : Delivery::immediate;
             options.tracks = tracks;
             return std::make_unique<LiveEngine>(registry, settings, options);
           }),
           py::arg("registry"), py::arg("settings"), py::arg("lateness_ms"), py::arg("journal_ms"), py::arg("ordered"),
           py::arg("tracks"))
      .def(py::init<const EngineCheckpoint&>(), py::arg("checkpoint"))
      .def("push", &LiveEngine::push, py::arg("fixes"), py::call_guard<py::gil_scoped_release>())
      .def(
          "tick",
          [](LiveEngine& engine, std::int64_t unix_ms) {
            const py::gil_scoped_release unlocked;
            engine.tick(time_of(unix_ms));
          },
          py::arg("unix_ms"))
      .def("finish", &LiveEngine::finish, py::call_guard<py::gil_scoped_release>())
      .def("take_events", [](LiveEngine& engine) { return held(engine.take_events()); })
      .def("take_tracks", [](LiveEngine& engine) { return held(engine.take_tracks()); })
      .def_property_readonly("counts", [](const LiveEngine& engine) { return dict_of(engine.counts()); })
      .def_property_readonly("waiting", &LiveEngine::waiting)
      .def_property_readonly("vehicles", &LiveEngine::vehicles)
      .def(
          "checkpoint",
          [](const LiveEngine& engine) { return std::make_shared<EngineCheckpoint>(engine.checkpoint()); },
          py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_replay(py::module_& m) {
  bind_request(m);
  bind_outcome(m);
  bind_engine(m);
  m.def(
      "replay_table",
      [](FixTable& fixes, const ReplayRequest& request, py::object progress) {
        return run_with(request, std::move(progress),
                        [&](const ReplayRequest& own) { return replay_table(fixes, own); });
      },
      py::arg("fixes"), py::arg("request"), py::arg("progress") = py::none());
  m.def(
      "replay_files",
      [](const std::vector<std::string>& paths, const io::TrackFormat& format, const ReplayRequest& request,
         py::object progress) {
        return run_with(request, std::move(progress),
                        [&](const ReplayRequest& own) { return replay_files(paths, format, own); });
      },
      py::arg("paths"), py::arg("format"), py::arg("request"), py::arg("progress") = py::none());
  m.def(
      "nearest_routes",
      [](FixTable& fixes, const Registry& registry) {
        const py::gil_scoped_release unlocked;
        return held(nearest_routes(fixes, registry));
      },
      py::arg("fixes"), py::arg("registry"));
}

}  // namespace haulwatch::python
