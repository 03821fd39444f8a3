# ccache, where it is installed and nobody has said otherwise: through -DCMAKE_CXX_COMPILER_LAUNCHER=… (empty for none)
# or the environment variable of that name, which CMake reads by itself.
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(HAULWATCH_CCACHE ccache DOC "Compiler cache used for our own builds")
  if(HAULWATCH_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${HAULWATCH_CCACHE})
  endif()
endif()
