"""Pictures of losses: what a loss is drawn over follows from the roles of its arrays."""
