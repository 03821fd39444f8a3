#include <haulwatch/engine/vehicle_table.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace haulwatch {
namespace {

struct Record {
  int number = -1;
};

TEST(VehicleTable, NumbersRecordsInTheOrderOfTheirAdding) {
  VehicleTable<Record> table;
  for (std::uint32_t i = 0; i < 1'000; ++i) EXPECT_EQ(table.add(), VehicleIndex{i});
  EXPECT_EQ(table.size(), 1'000U);
}

TEST(VehicleTable, BeginsEachRecordAfresh) {
  VehicleTable<Record> table;
  for (int i = 0; i < 600; ++i) EXPECT_EQ(table[table.add()].number, -1);
}

TEST(VehicleTable, NeverMovesARecord) {
  VehicleTable<Record> table;
  std::vector<Record*> places;
  for (int i = 0; i < 5'000; ++i) {
    const VehicleIndex vehicle = table.add();
    table[vehicle].number = i;
    places.push_back(&table[vehicle]);
  }
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    EXPECT_EQ(&table[VehicleIndex{i}], places[i]);
    EXPECT_EQ(places[i]->number, static_cast<int>(i));
  }
}

}  // namespace
}  // namespace haulwatch
