#include <haulwatch/scoring/assignment.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace haulwatch::scoring {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Assignment, GivesWayToARowThatHasNowhereElseToGo) {
  // Row 0 likes column 0 best, but row 1 can go nowhere else: two pairs beat one good one.
  const std::vector<Candidate> candidates{{0, 0, 0.9}, {0, 1, 0.1}, {1, 0, 0.2}};
  EXPECT_THAT(assign(2, 2, candidates), ElementsAre(Assigned{0, 1}, Assigned{1, 0}));
}

TEST(Assignment, TakesTheBestSumAmongAsManyPairs) {
  // 0.9 + 0.1 is less than 0.8 + 0.7, though greed would take 0.9 first.
  const std::vector<Candidate> candidates{{0, 0, 0.9}, {0, 1, 0.8}, {1, 0, 0.7}, {1, 1, 0.1}};
  EXPECT_THAT(assign(2, 2, candidates), ElementsAre(Assigned{0, 1}, Assigned{1, 0}));
}

TEST(Assignment, LeavesARowWithoutAPlaceWhenAllColumnsAreTaken) {
  const std::vector<Candidate> candidates{{0, 0, 0.5}, {1, 0, 0.6}, {2, 0, 0.4}};
  EXPECT_THAT(assign(3, 1, candidates), ElementsAre(Assigned{1, 0}));
}

TEST(Assignment, OfNothingIsNothing) {
  EXPECT_THAT(assign(0, 0, {}), IsEmpty());
  EXPECT_THAT(assign(3, 2, {}), IsEmpty());
}

struct Worth {
  int pairs = 0;
  long long quality = 0;  ///< in millionths
  auto operator<=>(const Worth&) const = default;
};

using Qualities = std::map<std::pair<std::uint32_t, std::uint32_t>, long long>;

/// Tries every way.
Worth best_of_all(const Qualities& qualities, std::uint32_t rows, std::uint32_t columns, std::uint32_t row = 0,
                  std::uint32_t taken = 0) {
  if (row == rows) return {};
  Worth best = best_of_all(qualities, rows, columns, row + 1, taken);
  for (std::uint32_t column = 0; column < columns; ++column) {
    const auto pair = qualities.find({row, column});
    if (pair == qualities.end() || (taken >> column & 1U) != 0) continue;
    Worth with = best_of_all(qualities, rows, columns, row + 1, taken | 1U << column);
    with.pairs += 1;
    with.quality += pair->second;
    best = std::max(best, with);
  }
  return best;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed * 0x9e3779b97f4a7c15U + 1} {}
  std::uint32_t below(std::uint32_t n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 20) % n);
  }

 private:
  std::uint64_t state_;
};

TEST(Assignment, IsAsGoodAsTheBestOfAllWays) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random{seed};
    const std::uint32_t rows = 1 + random.below(6), columns = 1 + random.below(6), percent = 10 + random.below(90);
    // Few steps of quality make many ties.
    const std::uint32_t steps = 1 + random.below(8);
    Qualities qualities;
    std::vector<Candidate> candidates;
    for (std::uint32_t row = 0; row < rows; ++row)
      for (std::uint32_t column = 0; column < columns; ++column) {
        if (random.below(100) >= percent) continue;
        const double quality = random.below(steps + 1) / static_cast<double>(steps);
        candidates.push_back({row, column, quality});
        qualities[{row, column}] = std::llround(quality * 1e6);
      }
    Worth found;
    std::uint32_t taken = 0;
    for (const Assigned& pair : assign(rows, columns, candidates)) {
      ASSERT_TRUE(qualities.contains({pair.row, pair.column})) << "seed " << seed;
      ASSERT_EQ(taken >> pair.column & 1U, 0U) << "seed " << seed << ": column given twice";
      taken |= 1U << pair.column;
      found.pairs += 1;
      found.quality += qualities[{pair.row, pair.column}];
    }
    const Worth best = best_of_all(qualities, rows, columns);
    EXPECT_EQ(found.pairs, best.pairs) << "seed " << seed;
    EXPECT_EQ(found.quality, best.quality) << "seed " << seed;
  }
}

TEST(Assignment, MovesALongChainAlongByOne) {
  // Row i may go to column i or i + 1 and prefers i + 1; the last row has only the last column, so each gives way.
  constexpr std::uint32_t n = 20000;
  std::vector<Candidate> candidates;
  for (std::uint32_t i = 0; i + 1 < n; ++i) {
    candidates.push_back({i, i, 0.1});
    candidates.push_back({i, i + 1, 0.9});
  }
  candidates.push_back({n - 1, n - 1, 0.1});
  const std::vector<Assigned> assigned = assign(n, n, candidates);
  ASSERT_EQ(assigned.size(), n);
  for (std::uint32_t i = 0; i < n; ++i) ASSERT_EQ(assigned[i], (Assigned{i, i}));
}

TEST(Assignment, OfALongRunOfNearTwinsIsThatOfEachToItsOwn) {
  // Instants every 5 s, claimed 3 s late, a minute tolerated: each row would rather have what the row before it needs.
  constexpr int n = 20000;
  std::vector<Candidate> candidates;
  for (int row = 0; row < n; ++row)
    for (int column = std::max(0, row - 12); column <= std::min(n - 1, row + 11); ++column)
      candidates.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column),
                            1.0 - std::abs((column - row) * 5 + 3) / 61.0});
  EXPECT_EQ(assign(n, n, candidates).size(), static_cast<std::size_t>(n));
}

}  // namespace
}  // namespace haulwatch::scoring
