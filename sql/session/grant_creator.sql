-- Purpose: lets the role that made the schema take the loader's role. Nothing new for a superuser.
grant joinedup_loader to current_user
