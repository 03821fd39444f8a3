#include <haulwatch/error.hpp>
#include <haulwatch/simulation/life.hpp>
#include <haulwatch/simulation/place_grid.hpp>
#include <haulwatch/simulation/terminal_fault.hpp>
#include <haulwatch/simulation/track_merge.hpp>
#include <haulwatch/simulation/track_row_writer.hpp>
#include <haulwatch/simulation/traffic.hpp>
#include <haulwatch/simulation/truth_watch.hpp>
#include <haulwatch/simulation/world.hpp>
#include <haulwatch/simulation/world_clock.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::simulation {

/// What a county and its drivers are made of, in one place that does not move.
struct World::Fleet {
  explicit Fleet(const WorldOptions& options)
      : county{options.seed, options.profile.county},
        grid{county},
        traffic{county.network(), options.profile.traffic, options.seed},
        surroundings{&county, &traffic, &options.profile, &pieces, options.seed} {}

  County county;
  PlaceGrid grid;
  Traffic traffic;
  PieceStore pieces;
  Surroundings surroundings;
};

/// One vehicle and who watches it.
struct World::Traveller {
  std::unique_ptr<Life> life;
  TruthWatch watch;
  LivedPiece last;  ///< the piece on which the world ends, cut short
  bool handed_over = false;

  /// Gives back the piece handed over last, lives until there is motion, and hands over the next piece.
  const LivedPiece& next(TimeUtc end) {
    LivedMotion& motion = life->motion();
    if (std::exchange(handed_over, true)) motion.pop();
    while (motion.empty()) {
      life->live_on();
      // An errand of no length is still one; its remarks wait for the motion after it.
    }
    if (motion.has_remark()) hear_remarks(end);
    if (motion.front().motion.end() <= end) return motion.front();
    last = motion.front();
    last.motion.duration_s = seconds(end - last.motion.start);
    last.to = place_of(last.motion, last.motion.duration_s);
    return last;
  }

  void hear_remarks(TimeUtc end) {
    LivedMotion& motion = life->motion();
    Remark remark;
    while (motion.take_remark(remark))
      if (motion.front().motion.start < end) watch.hear(remark, motion.front().motion.start);
  }
};

std::string plate_of(std::uint32_t vehicle) {
  std::string digits = std::to_string(vehicle + 1);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return "浙F" + digits;
}

namespace {

/// The longest interval at which a terminal that goes by time reports on the road.
double longest_interval_s(const Choice& intervals) noexcept {
  double longest = 1.0;
  for (const Choice::Option& option : intervals.options)
    if (option.weight > 0.0) longest = std::max(longest, option.value);
  return longest;
}

/// The line of the truth that is about all of it.
std::string line_about(const WorldOptions& options) {
  JsonLine line;
  line.text("kind", "world").whole("seed", options.seed).whole("vehicles", options.vehicles);
  line.metres("hours", seconds(options.duration) / 3600.0);
  line.metres("interval_s", longest_interval_s(options.profile.terminal.reporting.interval_s));
  return line.finish();
}

std::string line_of(const FaultLabel& label, const std::string& vehicle, std::string_view other) {
  JsonLine line{label.kind, vehicle, label.from};
  line.time("start", label.from).time("end", label.to);
  if (!label.sensor.empty()) line.text("sensor", label.sensor);
  if (!label.sign.empty()) line.text(label.kind == "signal_lost" ? "cause" : "sign", label.sign);
  if (!other.empty()) line.text("other", other);
  return line.finish();
}

}  // namespace

World::World(WorldOptions options) : options_{std::move(options)} {
  for (std::uint32_t i = 0; i < options_.vehicles; ++i) names_.push_back(plate_of(i));
  fleet_ = std::make_unique<Fleet>(options_);
  const auto& permits = fleet_->county.permits();
  if (std::all_of(permits.begin(), permits.end(), [](const CountyPermit& permit) { return permit.by_water; }))
    throw Refused{"profile", {{"", "/county", "there is no room for a site to load at, one to unload at and a depot"}}};
}

World::~World() = default;

const County& World::county() const noexcept {
  return fleet_->county;
}

void World::run(const Output& output, Milliseconds slice) {
  const TimeUtc end = world_begin + options_.duration;
  const TimeSpan run{world_begin, end};
  TimedLines truth;
  TimedLines manifests;
  output.truth(line_about(options_));
  std::vector<std::unique_ptr<Traveller>> travellers;
  for (std::uint32_t i = 0; i < options_.vehicles; ++i)
    travellers.push_back(
        std::make_unique<Traveller>(Traveller{begin_life(fleet_->surroundings, i),
                                              TruthWatch{fleet_->county,
                                                         fleet_->grid,
                                                         i,
                                                         names_[i],
                                                         plan_unheard(options_.profile.terminal, options_.seed, i),
                                                         {&truth, &manifests}},
                                              {}}));
  FaultLabels faults{options_.profile.terminal, options_.seed, options_.vehicles, run};
  const auto tell_faults_before = [&](TimeUtc until) {
    for (const FaultLabel& label : faults.before(until))
      truth.add_first(label.from, label.vehicle,
                      line_of(label, names_[label.vehicle], label.other ? names_[*label.other] : ""));
  };
  const TrackMerge::NextPiece next_piece = [&](std::uint32_t vehicle) -> const MotionPiece* {
    Traveller& traveller = *travellers[vehicle];
    const LivedPiece& lived = traveller.next(end);
    if (lived.motion.start >= end) return nullptr;
    traveller.watch.see(lived);
    if (output.motion) output.motion(vehicle, lived);
    return &lived.motion;
  };
  TrackRowWriter rows{names_};
  std::string text{tracks_header};
  const TrackMerge::TakeReport take = [&](const Report& report) {
    ++reports_;
    rows.append(text, report);
    if (text.size() < 1U << 16U) return;
    output.tracks(text);
    text.clear();
  };
  TrackMerge merge{options_.profile.terminal, fleet_->county.frame(), options_.seed, options_.vehicles, run};
  for (TimeUtc until = world_begin + slice; until < end; until += slice) {
    tell_faults_before(until);
    merge.advance(until, next_piece, take);
    truth.write_before(until, output.truth);
    manifests.write_before(until, output.manifests);
  }
  tell_faults_before(end);
  merge.finish(next_piece, take, slice);
  output.tracks(text);
  for (const auto& traveller : travellers) traveller->watch.finish(end);
  truth.write_before(end + Milliseconds{1}, output.truth);
  manifests.write_before(end + Milliseconds{1}, output.manifests);
}

registry::RegistryDraft World::registry() const {
  std::vector<std::uint32_t> permits;
  for (std::uint32_t i = 0; i < options_.vehicles; ++i) {
    const Crew crew = crew_of(fleet_->surroundings, i);
    permits.push_back(crew.named_in_permit ? crew.permit : nowhere);
  }
  return registry_of(fleet_->county, permits, names_);
}

}  // namespace haulwatch::simulation
