#include <haulwatch/simulation/piece_queue.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace haulwatch::simulation {
namespace {

/// Adds a piece that says which one it is.
void add(PieceQueue& queue) {
  LivedPiece piece;
  piece.motion.odometer_m = static_cast<double>(queue.added());
  queue.add(piece);
}

TEST(PieceQueue, GivesPiecesInTheirOrderHoweverFarItIsEmptied) {
  PieceStore store;
  PieceQueue queue{store};
  std::uint64_t taken = 0;

  // Runs of 1 to 200 pieces, each taken before the next: blocks are left and entered at every place.
  for (int run = 1; run <= 200; ++run) {
    for (int i = 0; i < run; ++i) add(queue);
    for (; !queue.empty(); queue.pop(), ++taken)
      ASSERT_EQ(queue.front().motion.odometer_m, static_cast<double>(taken)) << "run " << run;
  }

  EXPECT_EQ(taken, 200U * 201U / 2U);
  EXPECT_EQ(queue.taken(), taken);
  EXPECT_EQ(queue.added(), taken);
}

TEST(PieceQueue, TakesBackWhatWasAddedLast) {
  PieceStore store;
  PieceQueue queue{store};
  for (int i = 0; i < 100; ++i) add(queue);
  for (int i = 0; i < 40; ++i) queue.pop();

  queue.take_back_to(45);
  for (int i = 0; i < 60; ++i) add(queue);

  EXPECT_EQ(queue.added(), 105U);
  for (std::uint64_t next = 40; !queue.empty(); queue.pop(), ++next)
    ASSERT_EQ(queue.front().motion.odometer_m, static_cast<double>(next));
}

}  // namespace
}  // namespace haulwatch::simulation
