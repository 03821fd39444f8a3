#include <haulwatch/simulation/receiver_error.hpp>

#include "drives.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace haulwatch::simulation {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t seed = 5;

TerminalProfile profile_with(double slow_m, double fast_m, double white_m) {
  TerminalProfile profile = perfect_terminals();
  profile.noise.slow_sigma_m = {slow_m, slow_m};
  profile.noise.fast_open_sigma_m = {fast_m, fast_m};
  profile.noise.fast_urban_sigma_m = {3.0 * fast_m, 3.0 * fast_m};
  profile.noise.white_sigma_m = {white_m, white_m};
  profile.noise.slow_tau_s = {2000.0, 2000.0};
  profile.noise.fast_tau_s = {60.0, 60.0};
  return profile;
}

std::vector<geo::LocalPoint> errors_of(const TerminalProfile& profile, std::uint32_t vehicle, int count,
                                       seconds interval, Reception like = {}) {
  ReceiverError error{profile.noise, profile.places, seed, vehicle, monday};
  std::vector<geo::LocalPoint> errors;
  for (int i = 0; i < count; ++i) {
    like.at = monday + i * interval;
    errors.push_back(error.place(like).offset);
  }
  return errors;
}

/// Mean square of an axis, over many receivers.
double sigma_over_receivers(const TerminalProfile& profile, Reception like = {}) {
  constexpr int receivers = 3000;
  double sum = 0.0;
  for (std::uint32_t vehicle = 0; vehicle < receivers; ++vehicle)
    sum += geo::squared_norm(errors_of(profile, vehicle, 8, seconds{30}, like).back());
  return std::sqrt(sum / (2.0 * receivers));
}

/// Correlation of the errors of one receiver with those `lag` places later.
double autocorrelation(const std::vector<geo::LocalPoint>& errors, std::size_t lag) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i + lag < errors.size(); ++i) product += geo::dot(errors[i], errors[i + lag]);
  for (const geo::LocalPoint& e : errors) square += geo::squared_norm(e);
  return product / square * static_cast<double>(errors.size()) / static_cast<double>(errors.size() - lag);
}

TEST(ReceiverError, AddsThreePartsOfTheSizesAskedFor) {
  EXPECT_NEAR(sigma_over_receivers(profile_with(2.0, 0.0, 0.0)), 2.0, 0.06);
  EXPECT_NEAR(sigma_over_receivers(profile_with(0.0, 3.0, 0.0)), 3.0, 0.09);
  EXPECT_NEAR(sigma_over_receivers(profile_with(0.0, 0.0, 0.7)), 0.7, 0.02);
  EXPECT_NEAR(sigma_over_receivers(profile_with(2.0, 3.0, 0.7)), std::sqrt(4.0 + 9.0 + 0.49), 0.1);
}

TEST(ReceiverError, SlowPartForgetsInItsTau) {
  const auto errors = errors_of(profile_with(2.0, 0.0, 0.0), 1, 60'000, seconds{100});
  EXPECT_NEAR(autocorrelation(errors, 20), std::exp(-1.0), 0.05);
  EXPECT_NEAR(autocorrelation(errors, 1), std::exp(-0.05), 0.02);
}

TEST(ReceiverError, FastPartForgetsInItsTauAtAnyInterval) {
  const TerminalProfile profile = profile_with(0.0, 3.0, 0.0);
  EXPECT_NEAR(autocorrelation(errors_of(profile, 1, 40'000, seconds{5}), 12), std::exp(-1.0), 0.05);
  EXPECT_NEAR(autocorrelation(errors_of(profile, 1, 40'000, seconds{30}), 2), std::exp(-1.0), 0.03);
}

TEST(ReceiverError, WhitePartForgetsAtOnce) {
  EXPECT_NEAR(autocorrelation(errors_of(profile_with(0.0, 0.0, 1.0), 1, 40'000, seconds{1}), 1), 0.0, 0.02);
}

TEST(ReceiverError, GrowsAmongHighBuildings) {
  const TerminalProfile profile = profile_with(0.0, 2.0, 0.0);
  EXPECT_NEAR(sigma_over_receivers(profile, {.sky = Sky::urban}), 6.0, 0.3);
  EXPECT_GT(sigma_over_receivers(profile, {.sky = Sky::canyon}), 7.0);
}

TEST(ReceiverError, TellsTheSigmaThatItHas) {
  const TerminalProfile profile = profile_with(2.0, 3.0, 1.0);
  ReceiverError error{profile.noise, profile.places, seed, 1, monday};
  EXPECT_NEAR(error.place({.at = monday}).sigma_m, std::sqrt(14.0), 1e-9);
}

TEST(ReceiverError, MultipathBiasesAStretchInStreetsAndNoneInTheOpen) {
  TerminalProfile profile = perfect_terminals();
  profile.places.multipath = {200.0, 45.0, 0.5};
  const auto in_streets = errors_of(profile, 1, 20'000, seconds{5}, {.sky = Sky::urban});
  const auto biased = std::count_if(in_streets.begin(), in_streets.end(), [](auto e) { return geo::norm(e) > 5.0; });
  // 200 runs in a day without any, each 45 s in the median and 51 s on average: some tenth of the time.
  EXPECT_NEAR(static_cast<double>(biased) / 20'000.0, 0.105, 0.02);
  std::size_t changes = 0;
  for (std::size_t i = 1; i < in_streets.size(); ++i) changes += in_streets[i] == in_streets[i - 1] ? 0U : 1U;
  EXPECT_LT(changes, 600U) << "the bias of a run stands still";
  for (const geo::LocalPoint e : errors_of(profile, 1, 20'000, seconds{5})) EXPECT_EQ(e, geo::LocalPoint{});
}

TEST(ReceiverError, ParkedDriftWandersTensOfMetresAndEndsWithTheHalt) {
  TerminalProfile profile = perfect_terminals();
  profile.places.parked_drift = {1.0};
  profile.places.parked_drift_m = {60.0, 60.0};
  double farthest_sum = 0.0;
  constexpr std::uint32_t receivers = 200;
  for (std::uint32_t vehicle = 0; vehicle < receivers; ++vehicle) {
    ReceiverError error{profile.noise, profile.places, seed, vehicle, monday};
    TimeUtc at = monday;
    double farthest = 0.0;
    for (int i = 0; i < 480; ++i, at += seconds{30})
      farthest = std::max(farthest, geo::norm(error.place({.at = at, .parked = true}).offset));
    farthest_sum += farthest;
    for (int i = 0; i < 60; ++i, at += seconds{10}) (void)error.place({.at = at});
    EXPECT_LT(geo::norm(error.place({.at = at}).offset), 1.0);
  }
  EXPECT_NEAR(farthest_sum / receivers, 60.0, 6.0);
}

TEST(ReceiverError, SpikesStandAloneFarOff) {
  TerminalProfile profile = perfect_terminals();
  profile.places.spikes_per_1000 = 5.0;
  const auto errors = errors_of(profile, 1, 40'000, seconds{10});
  std::vector<double> far;
  for (const geo::LocalPoint e : errors)
    if (e != geo::LocalPoint{}) far.push_back(geo::norm(e));
  EXPECT_NEAR(static_cast<double>(far.size()), 200.0, 45.0);
  std::sort(far.begin(), far.end());
  EXPECT_NEAR(far[far.size() / 2], 500.0, 80.0);
}

TEST(ReceiverError, ColdStartIsOffAndSettles) {
  TerminalProfile profile = perfect_terminals();
  profile.places.cold_start_m = 60.0;
  profile.places.cold_start_tau_s = 15.0;
  ReceiverError error{profile.noise, profile.places, seed, 1, monday};
  error.start_cold(monday, 1.0);
  const double first = geo::norm(error.place({.at = monday}).offset);
  EXPECT_GT(first, 5.0);
  EXPECT_NEAR(geo::norm(error.place({.at = monday + seconds{15}}).offset), first * std::exp(-1.0), 1e-9);
  EXPECT_LT(geo::norm(error.place({.at = monday + seconds{120}}).offset), 0.001 * first);
  EXPECT_EQ(error.place({.at = monday + seconds{150}}).offset, geo::LocalPoint{});
}

}  // namespace
}  // namespace haulwatch::simulation
