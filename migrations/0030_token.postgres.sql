-- What people are found by, shorter, and made anew when the program starts: it now
-- holds the day of birth too.
truncate person_token;
