#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>

#include <sys/wait.h>

/// How a run of the program ended, and what it said.
struct Ended {
  int status = 0;
  std::string output;  ///< standard output and standard error
};

inline Ended haulwatch(const std::string& arguments) {
  const std::string command = std::string{HAULWATCH_PROGRAM} + " " + arguments + " 2>&1 </dev/null";
  Ended ended;
  std::FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> block{};
  for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    ended.output.append(block.data(), got);
  ended.status = WEXITSTATUS(pclose(pipe));
  return ended;
}
