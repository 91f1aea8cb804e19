import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { forwardRef } from 'react';

type AnchorPart = Omit<AnchorProps, 'href'>;
type ButtonPart = Omit<ButtonProps, 'href'>;
type NavPart = Omit<NavLinkProps, 'href'>;

/** Mantine's look with the router's typed addresses. */
export const AnchorLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorPart>((props, ref) => <Anchor ref={ref} {...props} />),
);
export const ButtonLink = createLink(
  forwardRef<HTMLAnchorElement, ButtonPart>((props, ref) => (
    <Button component="a" ref={ref} {...props} />
  )),
);
export const NavItem = createLink(
  forwardRef<HTMLAnchorElement, NavPart>((props, ref) => <NavLink ref={ref} {...props} />),
);
