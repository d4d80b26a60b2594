# cmake -DNPM= -DFROM= -DTO= -P npm_ci.cmake: the packages of the lockfile in TO/node_modules, and TO/ready when whole.
file(MAKE_DIRECTORY "${TO}")
foreach(file package.json package-lock.json .npmrc)
    file(COPY_FILE "${FROM}/${file}" "${TO}/${file}")
endforeach()
execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
    WORKING_DIRECTORY "${TO}" RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed (${failed}) in ${TO}. It needs the npm registry or a filled npm cache, once. "
                        "A daemon without a page is made with -DCAPNUOC_DASHBOARD=OFF.")
endif()
file(TOUCH "${TO}/ready")
