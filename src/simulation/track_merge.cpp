#include <haulwatch/simulation/track_merge.hpp>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace haulwatch::simulation {

/// A vehicle, the piece of its way on which it is, and the terminals on board.
struct TrackMerge::Carrier {
  Carrier(const TerminalSetting& setting, const VehicleIdentity& of) : identity{of}, terminal{setting} {}

  VehicleIdentity identity;
  Terminal terminal;
  std::unique_ptr<Terminal> second;    ///< another vehicle's, while both are on board
  const MotionPiece* piece = nullptr;  ///< none: on to the next one
  bool arrived = false;                ///< its way has ended
  bool silenced = false;               ///< its own terminal has been told to sleep while another reports for it
};

TrackMerge::TrackMerge(const TerminalProfile& profile, geo::LocalFrame frame, std::uint64_t seed,
                       std::uint32_t vehicles, TimeSpan run)
    : run_{run}, reached_{run.from} {
  const std::vector<VehicleIdentity> identities = plan_identities(profile.faults, seed, vehicles, run);
  carriers_.reserve(vehicles);
  for (std::uint32_t vehicle = 0; vehicle < vehicles; ++vehicle) {
    TerminalSetting setting{&profile, frame, seed, vehicle, vehicle, run};
    const VehicleIdentity& identity = identities[vehicle];
    Carrier& carrier = *carriers_.emplace_back(std::make_unique<Carrier>(setting, identity));
    if (!identity.reports_as_itself || !identity.reports_as_other) continue;
    setting.number = identity.other;
    setting.source = vehicles + vehicle;
    carrier.second = std::make_unique<Terminal>(setting);
    carrier.second->sleep(identity.span.from);
  }
}

TrackMerge::~TrackMerge() = default;

void TrackMerge::advance(TimeUtc until, const NextPiece& next_piece, const TakeReport& take) {
  reached_ = std::min(until, run_.to);
  for (std::uint32_t vehicle = 0; vehicle < carriers_.size(); ++vehicle) advance_vehicle(vehicle, reached_, next_piece);
  // What arrives after the end waits: terminals may still tell something when the run ends.
  hand_out_before(reached_, take);
}

void TrackMerge::finish(const NextPiece& next_piece, const TakeReport& take, Milliseconds slice) {
  while (reached_ < run_.to) advance(reached_ + slice, next_piece, take);
  for (const auto& carrier : carriers_) {
    carrier->terminal.finish(under_way_);
    if (carrier->second) carrier->second->finish(under_way_);
  }
  hand_out_before(TimeUtc::max(), take);
}

void TrackMerge::advance_vehicle(std::uint32_t vehicle, TimeUtc until, const NextPiece& next_piece) {
  Carrier& carrier = *carriers_[vehicle];
  while (!carrier.arrived) {
    if (carrier.piece == nullptr) {
      carrier.piece = next_piece(vehicle);
      carrier.arrived = carrier.piece == nullptr;
      if (carrier.arrived) return;
      carrier.terminal.enter(*carrier.piece);
      if (carrier.second) carrier.second->enter(*carrier.piece);
    }
    if (carrier.piece->start >= until) return;
    observe(carrier, vehicle, until);
    if (carrier.piece->end() > until) return;
    carrier.piece = nullptr;
  }
}

/// The vehicle's terminals look at its piece, each under the name that it has at the time.
void TrackMerge::observe(Carrier& carrier, std::uint32_t vehicle, TimeUtc until) {
  const VehicleIdentity& identity = carrier.identity;
  Terminal& terminal = carrier.terminal;
  const MotionPiece& piece = *carrier.piece;
  if (identity.mix_up == IdentityMixUp::none) return terminal.observe(piece, until, under_way_);
  const TimeSpan span = identity.span;
  terminal.report_as(vehicle);
  terminal.observe(piece, std::min(until, span.from), under_way_);
  const TimeUtc mixed_until = std::min(until, span.to);
  if (carrier.second) {
    carrier.second->observe(piece, mixed_until, under_way_);
  } else if (identity.reports_as_other) {
    terminal.report_as(identity.other);
    terminal.observe(piece, mixed_until, under_way_);
    terminal.report_as(vehicle);
  } else if (!identity.reports_as_itself && span.from < std::min(until, piece.end()) && !carrier.silenced) {
    terminal.sleep(span.to);
    carrier.silenced = true;
  }
  terminal.observe(piece, until, under_way_);
}

/// Sorts all that arrives before `until` into `order_`: roughly by counting, so that only what arrives together is
/// compared.
void TrackMerge::sort_arrivals(TimeUtc until) {
  TimeUtc first = until;
  TimeUtc last = no_time;
  std::size_t count = 0;
  for (const Report& report : under_way_) {
    if (report.received >= until) continue;
    first = std::min(first, report.received);
    last = std::max(last, report.received);
    ++count;
  }
  order_.resize(count);
  if (count == 0) return;
  const auto buckets = std::min<std::int64_t>((last - first).count() + 1, static_cast<std::int64_t>(count / 16 + 1));
  const std::int64_t width = (last - first).count() / buckets + 1;
  const auto bucket_of = [&](TimeUtc received) { return static_cast<std::size_t>((received - first).count() / width); };
  bucket_ends_.assign(static_cast<std::size_t>(buckets) + 1, 0);
  for (const Report& report : under_way_)
    if (report.received < until) ++bucket_ends_[bucket_of(report.received) + 1];
  std::partial_sum(bucket_ends_.begin(), bucket_ends_.end(), bucket_ends_.begin());
  for (std::size_t i = 0; i < under_way_.size(); ++i) {
    const Report& report = under_way_[i];
    if (report.received < until)
      order_[bucket_ends_[bucket_of(report.received)]++] = {report.received,
                                                            std::uint64_t{report.source} << 32U | report.sequence, i};
  }
  std::size_t begin = 0;
  for (const std::size_t end : bucket_ends_) {
    std::sort(order_.begin() + static_cast<std::ptrdiff_t>(begin), order_.begin() + static_cast<std::ptrdiff_t>(end),
              [](const Arrival& a, const Arrival& b) {
                return std::tie(a.received, a.source_and_sequence) < std::tie(b.received, b.source_and_sequence);
              });
    begin = end;
  }
}

void TrackMerge::hand_out_before(TimeUtc until, const TakeReport& take) {
  sort_arrivals(until);
  for (const Arrival& arrival : order_) take(under_way_[arrival.index]);
  std::erase_if(under_way_, [until](const Report& report) { return report.received < until; });
}

}  // namespace haulwatch::simulation
