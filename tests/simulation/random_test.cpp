#include <haulwatch/simulation/random.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr int draws = 200'000;
constexpr std::uint64_t seed = 11;

struct Moments {
  double mean = 0.0;
  double sigma = 0.0;
  double skewness = 0.0;
  double kurtosis = 0.0;
};

Moments moments_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Moments m;
  for (const double v : values) m.mean += v / n;
  std::array<double, 5> central{};
  for (const double v : values)
    for (std::size_t power = 2; power <= 4; ++power) central[power] += std::pow(v - m.mean, power) / n;
  m.sigma = std::sqrt(central[2]);
  m.skewness = central[3] / std::pow(m.sigma, 3);
  m.kurtosis = central[4] / std::pow(m.sigma, 4);
  return m;
}

template <class Draw>
std::vector<double> drawn(Draw draw) {
  Random random = Random::stream(seed, "moments");
  std::vector<double> values(draws);
  for (double& v : values) v = draw(random);
  return values;
}

TEST(Random, IsSplitMix64OfItsAuthors) {
  Random random{1234567};
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Random, GivesEachPurposeVehicleAndDayAStreamOfItsOwn) {
  std::vector<std::uint64_t> firsts;
  for (std::uint64_t vehicle = 0; vehicle < 100; ++vehicle)
    for (std::uint64_t day = 0; day < 10; ++day)
      for (const char* purpose : {"noise", "faults"})
        firsts.push_back(Random::stream(seed, purpose, vehicle, day).next());
  std::sort(firsts.begin(), firsts.end());
  EXPECT_EQ(std::adjacent_find(firsts.begin(), firsts.end()), firsts.end());
  EXPECT_EQ(Random::stream(seed, "noise", 1, 2).next(), Random::stream(seed, "noise", 1, 2).next());
}

TEST(Random, DrawsNormalNumbers) {
  const Moments m = moments_of(drawn([](Random& r) { return r.normal(); }));
  EXPECT_NEAR(m.mean, 0.0, 0.01);
  EXPECT_NEAR(m.sigma, 1.0, 0.01);
  EXPECT_NEAR(m.skewness, 0.0, 0.03);
  EXPECT_NEAR(m.kurtosis, 3.0, 0.06);
}

TEST(Random, DrawsNormalTailsAsOftenAsTheyAre) {
  const std::vector<double> values = drawn([](Random& r) { return r.normal(); });
  const auto share_beyond = [&](double z) {
    return static_cast<double>(std::count_if(values.begin(), values.end(), [z](double v) { return v > z; })) / draws;
  };
  for (const double z : {-2.0, -1.0, 0.5, 1.0, 2.0, 3.0}) {
    const double expected = 0.5 * std::erfc(z / std::sqrt(2.0));
    EXPECT_NEAR(share_beyond(z), expected, 4.0 * std::sqrt(expected * (1.0 - expected) / draws)) << z;
  }
}

TEST(Random, DrawsUniformNumbersUpToAndWithoutTheUpperBound) {
  const std::vector<double> values = drawn([](Random& r) { return r.uniform(-2.0, 4.0); });
  EXPECT_GE(*std::min_element(values.begin(), values.end()), -2.0);
  EXPECT_LT(*std::max_element(values.begin(), values.end()), 4.0);
  EXPECT_NEAR(moments_of(values).mean, 1.0, 0.02);
  EXPECT_NEAR(moments_of(values).sigma, 6.0 / std::sqrt(12.0), 0.01);
}

TEST(Random, DrawsEveryWholeNumberOfARangeEquallyOften) {
  std::array<int, 7> counts{};
  Random random = Random::stream(seed, "whole");
  for (int i = 0; i < draws; ++i) ++counts.at(static_cast<std::size_t>(random.whole(-3, 3) + 3));
  for (const int count : counts) EXPECT_NEAR(count, draws / 7.0, 5.0 * std::sqrt(draws / 7.0));
}

TEST(Random, DrawsWaitingTimesWithoutMemory) {
  const Moments m = moments_of(drawn([](Random& r) { return r.exponential(40.0); }));
  EXPECT_NEAR(m.mean, 40.0, 0.5);
  EXPECT_NEAR(m.sigma, 40.0, 0.6);
}

TEST(Random, DrawsLogNormalNumbersByMedianAndSpread) {
  std::vector<double> values = drawn([](Random& r) { return r.log_normal(90.0, 0.5); });
  std::sort(values.begin(), values.end());
  EXPECT_NEAR(values[draws / 2], 90.0, 0.6);
  for (double& v : values) v = std::log(v);
  EXPECT_NEAR(moments_of(values).sigma, 0.5, 0.005);
}

TEST(Random, PicksByWeightAndNeverWhatWeighsNothing) {
  constexpr std::array<double, 5> weights{0.0, 1.0, 3.0, 6.0, 0.0};
  std::array<int, 5> counts{};
  Random random = Random::stream(seed, "pick");
  for (int i = 0; i < draws; ++i) ++counts.at(random.pick(weights));
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(counts.at(i), draws * weights.at(i) / 10.0, 1000.0) << i;
  EXPECT_EQ(counts.front() + counts.back(), 0);
}

TEST(Random, ToldAChanceItTakesItThatOften) {
  const Moments m = moments_of(drawn([](Random& r) { return r.chance(0.03) ? 1.0 : 0.0; }));
  EXPECT_NEAR(m.mean, 0.03, 0.002);
}

}  // namespace
}  // namespace haulwatch::simulation
