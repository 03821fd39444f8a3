#include <haulwatch/engine/external_sorter.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace haulwatch {
namespace {

using ::testing::IsEmpty;

struct Numbered {
  std::int32_t key = 0;
  std::uint32_t order = 0;  ///< in which it went in
  friend bool operator==(const Numbered&, const Numbered&) = default;
};

struct ByKey {
  bool operator()(const Numbered& a, const Numbered& b) const noexcept { return a.key < b.key; }
};

/// So little that every 64 records go to the file.
constexpr std::size_t least_memory = 1;

std::vector<Numbered> random_records(std::size_t count, std::int32_t keys, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::vector<Numbered> records(count);
  for (std::uint32_t i = 0; i < count; ++i)
    records[i] = {static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(keys)), i};
  return records;
}

std::vector<Numbered> sorted_by(ExternalSorter<Numbered, ByKey>& sorter, const std::vector<Numbered>& records) {
  for (const Numbered& record : records) sorter.add(record);
  std::vector<Numbered> out;
  sorter.drain([&](const Numbered& record) { out.push_back(record); });
  return out;
}

TEST(ExternalSorter, GivesNothingForNothing) {
  ExternalSorter<Numbered, ByKey> sorter{least_memory};
  EXPECT_THAT(sorted_by(sorter, {}), IsEmpty());
}

TEST(ExternalSorter, SortsStablyWhateverTheMemory) {
  for (const std::size_t memory : {least_memory, std::size_t{4'096}, std::size_t{1} << 20U}) {
    // On both sides of a full buffer, of a second run, and far beyond.
    for (const std::size_t count : {1U, 63U, 64U, 65U, 127U, 128U, 129U, 1'000U, 50'000U}) {
      for (const std::int32_t keys : {1, 5, 1'000'000}) {
        ExternalSorter<Numbered, ByKey> sorter{memory};
        std::vector<Numbered> records = random_records(count, keys, count);
        const std::vector<Numbered> out = sorted_by(sorter, records);
        std::stable_sort(records.begin(), records.end(), ByKey{});
        EXPECT_EQ(out, records) << "memory " << memory << ", records " << count << ", keys " << keys;
      }
    }
  }
}

TEST(ExternalSorter, TakesSortedAndReversedInput) {
  for (const bool reversed : {false, true}) {
    std::vector<Numbered> records(10'000);
    for (std::uint32_t i = 0; i < records.size(); ++i)
      records[i] = {reversed ? 10'000 - static_cast<std::int32_t>(i) : static_cast<std::int32_t>(i), i};
    ExternalSorter<Numbered, ByKey> sorter{least_memory};
    const std::vector<Numbered> out = sorted_by(sorter, records);
    EXPECT_TRUE(std::is_sorted(out.begin(), out.end(), ByKey{}));
    EXPECT_EQ(out.size(), records.size());
  }
}

TEST(ExternalSorter, IsEmptyAfterDrainingAndCanBeUsedAgain) {
  ExternalSorter<Numbered, ByKey> sorter{least_memory};
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    std::vector<Numbered> records = random_records(500, 100, seed);
    const std::vector<Numbered> out = sorted_by(sorter, records);
    std::stable_sort(records.begin(), records.end(), ByKey{});
    EXPECT_EQ(out, records) << "seed " << seed;
  }
}

TEST(ExternalSorter, CanBeUsedAgainAfterItsTakerThrew) {
  ExternalSorter<Numbered, ByKey> sorter{least_memory};
  for (const Numbered& record : random_records(500, 100, 1)) sorter.add(record);
  EXPECT_THROW(sorter.drain([](const Numbered&) { throw 1; }), int);
  std::vector<Numbered> records = random_records(300, 100, 2);
  const std::vector<Numbered> out = sorted_by(sorter, records);
  std::stable_sort(records.begin(), records.end(), ByKey{});
  EXPECT_EQ(out, records);
}

}  // namespace
}  // namespace haulwatch
