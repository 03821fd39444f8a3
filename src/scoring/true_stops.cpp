#include <haulwatch/scoring/true_stops.hpp>

#include <haulwatch/scoring/episode_match.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace haulwatch::scoring {
namespace {

std::vector<Episode> together(std::vector<Episode> stops, std::vector<Episode> halts) {
  std::ranges::move(halts, std::back_inserter(stops));
  return stops;
}

std::vector<Episode> owed_among(std::span<const Episode> stops, std::span<const Episode> halts, Milliseconds length) {
  std::vector<Episode> owed;
  const IntervalIndex index{stops};
  const auto is_long = [&](const Episode& e) { return e.length() >= length; };
  std::ranges::copy_if(stops, std::back_inserter(owed), is_long);
  for (const Episode& halt : halts) {
    bool has_stop = false;
    index.each_touching(halt.told->vehicle, halt.start, halt.end, [&](std::uint32_t) { has_stop = true; });
    if (is_long(halt) && !has_stop) owed.push_back(halt);
  }
  std::ranges::stable_sort(owed, {}, [](const Episode& e) {
    return std::tuple{e.told->vehicle, e.start, e.told->line};
  });
  return owed;
}

}  // namespace

TrueStops::TrueStops(std::vector<Episode> stops, std::vector<Episode> halts, Milliseconds owed_length)
    : owed_length_{owed_length},
      owed_{owed_among(stops, halts, owed_length)},
      standstills_{together(std::move(stops), std::move(halts))},
      index_{standstills_} {}

bool TrueStops::is_neutral(const Episode& claim) const {
  bool meets_short = false;
  index_.each_touching(claim.told->vehicle, claim.start, claim.end, [&](std::uint32_t i) {
    const Episode& standstill = standstills_[i];
    meets_short = meets_short || (standstill.length() < owed_length_ && overlap(standstill, claim) > Milliseconds{0});
  });
  if (!meets_short) return false;
  const Milliseconds moved = moved_during(claim);
  return moved < owed_length_ || 2 * moved < claim.length();
}

Milliseconds TrueStops::moved_during(const Episode& claim) const {
  std::vector<std::pair<TimeUtc, TimeUtc>> standing;
  index_.each_touching(claim.told->vehicle, claim.start, claim.end, [&](std::uint32_t i) {
    standing.emplace_back(std::max(claim.start, standstills_[i].start), std::min(claim.end, standstills_[i].end));
  });
  std::ranges::sort(standing);
  Milliseconds moved{0};
  TimeUtc known_until = claim.start;
  for (const auto& [start, end] : standing) {
    moved += std::max(Milliseconds{0}, start - known_until);
    known_until = std::max(known_until, end);
  }
  return moved + std::max(Milliseconds{0}, claim.end - known_until);
}

}  // namespace haulwatch::scoring
