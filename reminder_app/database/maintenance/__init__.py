"""What a database needs now and then: fresh statistics, old rows gone, no forgotten transaction, a look
at how it grows. Each as a command and as a job, each written down."""
