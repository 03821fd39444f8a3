#include <haulwatch/engine/vehicle_names.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch {
namespace {

TEST(VehicleNames, NumbersTextsInTheOrderOfFirstSight) {
  VehicleNames names;
  EXPECT_EQ(names.intern("b"), VehicleIndex{0});
  EXPECT_EQ(names.intern("a"), VehicleIndex{1});
  EXPECT_EQ(names.intern("b"), VehicleIndex{0});
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(names.name(VehicleIndex{1}), "a");
  EXPECT_EQ(names.find("a"), VehicleIndex{1});
  EXPECT_EQ(names.find("c"), std::nullopt);
}

TEST(VehicleNames, KeepsItsViewsWhileItGrowsAndMoves) {
  VehicleNames names;
  std::vector<std::string_view> views;
  for (int i = 0; i < 100'000; ++i) views.push_back(names.name(names.intern("vehicle " + std::to_string(i))));
  const VehicleNames moved = std::move(names);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(views[static_cast<std::size_t>(i)], "vehicle " + std::to_string(i));
  EXPECT_EQ(moved.name(VehicleIndex{99'999}).data(), views.back().data());
}

TEST(VehicleNames, TakesTextsOfAnyLengthAndBytes) {
  VehicleNames names;
  const std::string long_text(100'000, 'x');
  const std::string with_zero("a\0b", 3);
  EXPECT_EQ(names.name(names.intern(long_text)), long_text);
  EXPECT_EQ(names.name(names.intern(with_zero)), with_zero);
  EXPECT_EQ(names.name(names.intern("")), "");
  EXPECT_EQ(names.find("a"), std::nullopt);
}

TEST(VehicleNames, AgreesWithAnOrderedMap) {
  constexpr unsigned seed = 11;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  VehicleNames names;
  std::map<std::string, VehicleIndex> twin;
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = std::to_string(random() % 5'000);
    const VehicleIndex index = names.intern(text);
    const auto [known, added] = twin.try_emplace(text, index);
    ASSERT_EQ(known->second, index);
    ASSERT_EQ(names.name(index), text);
  }
  EXPECT_EQ(names.size(), twin.size());
}

}  // namespace
}  // namespace haulwatch
