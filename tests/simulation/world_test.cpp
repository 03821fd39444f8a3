#include "small_world.hpp"

#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/stable_hash.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace haulwatch::simulation {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr std::uint64_t golden_registry = 12258374678325998568U;
constexpr std::uint64_t golden_tracks = 315554040994373489U;
constexpr std::uint64_t golden_truth = 11511057730951342502U;

std::uint64_t hash_of(const std::string& text) {
  return StableHash{}.add(text).value();
}

TEST(World, IsTheSameTwice) {
  const LivedWorld first = live(world_of(5, 12, 14h));
  const LivedWorld second = live(world_of(5, 12, 14h));

  EXPECT_EQ(first.tracks, second.tracks);
  EXPECT_EQ(first.truth, second.truth);
  EXPECT_EQ(first.manifests, second.manifests);
}

TEST(World, DoesNotDependOnHowFarItsVehiclesGoAtATime) {
  const LivedWorld by_minute = live(world_of(6, 12, 14h), 1min);
  const LivedWorld by_hours = live(world_of(6, 12, 14h), 5h);

  EXPECT_EQ(by_minute.tracks, by_hours.tracks);
  EXPECT_EQ(by_minute.truth, by_hours.truth);
  EXPECT_EQ(by_minute.manifests, by_hours.manifests);
}

TEST(World, LivesEachVehicleTheSameWhateverOthersThereAre) {
  const LivedWorld few = live(world_of(7, 3, 20h));
  const LivedWorld more = live(world_of(7, 9, 20h));

  for (const std::uint32_t vehicle : {0U, 1U, 2U}) {
    const auto& alone = few.motion.at(vehicle);
    const auto& among = more.motion.at(vehicle);
    ASSERT_EQ(alone.size(), among.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      ASSERT_EQ(alone[i].motion.start, among[i].motion.start);
      ASSERT_EQ(alone[i].motion.from, among[i].motion.from);
    }
  }
}

TEST(World, DiffersFromSeedToSeed) {
  EXPECT_NE(live(world_of(8, 2, 6h)).tracks, live(world_of(9, 2, 6h)).tracks);
}

TEST(World, HasTheBytesThatItHadOnEveryMachineSoFar) {
  World world{world_of(1, 5, 12h, "typical")};
  const std::uint64_t registry = hash_of(geojson_of(world.registry()));
  const LivedWorld lived = live(world);

  // A change of behaviour or of a profile changes them, and nothing else may: not the machine, not the compiler.
  EXPECT_EQ(registry, golden_registry);
  EXPECT_EQ(hash_of(lived.tracks), golden_tracks);
  EXPECT_EQ(hash_of(lived.truth), golden_truth);
}

TEST(World, HasASoundRegistryUnderEveryProfile) {
  for (const ShippedProfile& profile : shipped_profiles()) {
    for (const std::uint64_t seed : {1U, 2U}) {
      const World world{world_of(seed, 40, 1h, std::string{profile.name})};
      EXPECT_THAT(io::check_registry(geojson_of(world.registry())), IsEmpty()) << profile.name << ", seed " << seed;
    }
  }
}

TEST(World, TellsTheRegistryNothingOfWhatIsHidden) {
  const World world{world_of(3, 40, 1h)};
  const std::string registry = geojson_of(world.registry());

  for (const char* hidden : {"old-heap", "new-place", "rest-place", "black-site", "foreign-site"})
    EXPECT_EQ(registry.find(hidden), std::string::npos) << hidden;
}

}  // namespace
}  // namespace haulwatch::simulation
