"""What display software does to values between 0 and 1: no physics is claimed for rendered pictures."""
